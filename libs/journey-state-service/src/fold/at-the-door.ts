import type { QueuedEntrant } from '@waymark/ports';
import { iso, type JourneyWork } from './journey-work.js';

/** Somebody who knocked while the journey was paused: she is let in as things are now, or has waited too long (R26). */
export function lookAtDoor(work: JourneyWork, { id, journeyId, event, expiresAt, origin }: QueuedEntrant): void {
  work.causedBy('the clock');
  work.entrants.gone.push(id);
  const journey = work.definitions.current.find((each) => each.id === journeyId);
  if (!journey) return;
  if (work.definitions.controls.stateOf(journeyId) !== 'paused') return void work.enter(journey, event, origin);
  const detail = `the journey was still paused at ${iso(expiresAt)}`;
  work.tellAtDoor(journey, event, [{ at: work.at, what: 'refused', reason: 'JOURNEY_PAUSED', detail }]);
}
