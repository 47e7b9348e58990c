import { OWN_EVENTS, OWN_SOURCE, type CustomerEvent, type Journey } from '@waymark/contracts';

type Knock = (event: CustomerEvent) => boolean;

/** Which events knock at a journey's door. What the platform says of segments and schedules counts from itself alone. */
export function knockOf({ id, entry }: Pick<Journey, 'id' | 'entry'>): Knock {
  const { event: name, segment, schedule, api } = entry;
  if (name !== undefined) return (event) => event.name === name;
  if (segment)
    return own(segment.on === 'entered' ? OWN_EVENTS.segmentEntered : OWN_EVENTS.segmentLeft, {
      segmentId: segment.id,
    });
  if (schedule) return own(OWN_EVENTS.scheduleDue, { journeyId: id });
  if (api) return own(OWN_EVENTS.entryRequested, { journeyId: id });
  return () => false;
}

function own(name: string, properties: Record<string, string>): Knock {
  return (event) =>
    event.name === name &&
    event.source === OWN_SOURCE &&
    Object.entries(properties).every(([key, value]) => event.properties[key] === value);
}
