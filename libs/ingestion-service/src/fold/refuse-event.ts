import { OWN_EVENTS, OWN_SOURCE, type EpochMs, type ErrorCode, type RawEvent } from '@waymark/contracts';
import { recordTimeMistake } from '../accept/event-times.js';

/** Calls that are about something which has a name. */
const NAMED: readonly RawEvent['type'][] = ['track', 'page', 'screen'];

/** What ingestion itself says, and puts on `events` without a way round: under the platform's name it never comes in. */
const SAID_HERE: readonly string[] = [
  OWN_EVENTS.segmentEntered,
  OWN_EVENTS.segmentLeft,
  OWN_EVENTS.scheduleDue,
  OWN_EVENTS.customerMerged,
  OWN_EVENTS.customerMergeUndone,
];

/**
 * Why an event that has the shape of one cannot be taken; undefined if it can. HTTP refuses such calls when they come; what
 * other producers write to `events.raw` is first looked at here.
 */
export function refuseEvent(raw: RawEvent, now: EpochMs): { code: ErrorCode; detail: string } | undefined {
  const { type, userId, anonymousId, customerId, event, source } = raw;
  if ((customerId ?? userId ?? anonymousId) === undefined)
    return { code: 'MISSING_ID', detail: 'an event needs a userId or an anonymousId' };
  if (type === 'alias' && userId === undefined) return { code: 'MISSING_ID', detail: 'an alias call needs a userId' };
  if (NAMED.includes(type) && event === undefined)
    return { code: 'INVALID_RECORD', detail: `event: a ${type} event needs a name` };
  if (source === OWN_SOURCE && event !== undefined && SAID_HERE.includes(event))
    return {
      code: 'FORBIDDEN',
      detail: `only ingestion says "${event}" for the platform; send it from a source of your own`,
    };
  const detail = recordTimeMistake(raw, now);
  return detail === undefined ? undefined : { code: 'INVALID_TIMESTAMP', detail };
}
