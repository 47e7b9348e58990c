import type { Journey } from '@waymark/contracts';
import type { JourneyReport } from '@waymark/journey-state-service';
import type { CandidateCount, DeliveryCount, WorkspaceState } from '@waymark/platform';
import type { ApiClient } from '../api-client.js';
import type { OutsideWorld } from './outside-world.js';

/** A journey's report, its steps in the order in which it is written. */
export interface JourneyFigures extends JourneyReport {
  /** Whether it has a goal, or a step that is one. */
  hasGoal: boolean;
}

/** Everything the report shows, from the public API, and what really reached the outside. */
export interface DemoFigures {
  journeys: JourneyFigures[];
  deliveries: DeliveryCount[];
  candidates: CandidateCount[];
  mailsTaken: number;
  callsTaken: number;
  repeated: number;
}

export async function fetchFigures(client: ApiClient, outside: OutsideWorld): Promise<DemoFigures> {
  const [journeys, workspace, deliveries, candidates] = await Promise.all([
    client.get<JourneyReport[]>('/api/journeys'),
    client.get<WorkspaceState>('/api/workspace'),
    client.get<DeliveryCount[]>('/api/deliveries/counts'),
    client.get<CandidateCount[]>('/api/decisions/candidates'),
  ]);
  const written = workspace.resources.flatMap(({ resource }) => (resource.kind === 'journey' ? [resource] : []));
  return {
    journeys: journeys.map((figures) =>
      asWritten(
        figures,
        written.find(({ id }) => id === figures.id),
      ),
    ),
    deliveries,
    candidates,
    mailsTaken: outside.mails.size,
    callsTaken: outside.calls.size,
    repeated: outside.repeated,
  };
}

function asWritten(figures: JourneyReport, journey: Journey | undefined): JourneyFigures {
  const steps = Object.entries(journey?.steps ?? {});
  const hasGoal = journey?.goal !== undefined || steps.some(([, { kind }]) => kind === 'goal');
  const inOrder = steps.flatMap(([id]) => (figures.steps[id] === undefined ? [] : [[id, figures.steps[id]]]));
  return { ...figures, hasGoal, steps: Object.fromEntries(inOrder) as Record<string, number> };
}
