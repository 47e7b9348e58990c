import type { ApiClient } from '../api-client.js';
import type { OutsideWorld } from './outside-world.js';

export interface JourneyFigures {
  id: string;
  entered: number;
  active: number;
  converted: number;
  value: number;
  steps: Record<string, number>;
  ended: Record<string, number>;
  refused: Record<string, number>;
}

/** Everything the report shows, from the public API, and what really reached the outside. */
export interface DemoFigures {
  journeys: JourneyFigures[];
  deliveries: { channel: string; state: string; reason?: string | null; count: number }[];
  candidates: { offerId: string; reason: string; count: number }[];
  mailsTaken: number;
  callsTaken: number;
  repeated: number;
}

export async function fetchFigures(client: ApiClient, outside: OutsideWorld): Promise<DemoFigures> {
  const [journeys, deliveries, candidates] = await Promise.all([
    client.get<JourneyFigures[]>('/api/journeys'),
    client.get<DemoFigures['deliveries']>('/api/deliveries/counts'),
    client.get<DemoFigures['candidates']>('/api/decisions/candidates'),
  ]);
  return {
    journeys,
    deliveries,
    candidates,
    mailsTaken: outside.mails.size,
    callsTaken: outside.calls.size,
    repeated: outside.repeated,
  };
}
