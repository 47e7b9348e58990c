import { WaymarkError, type Journey } from '@waymark/contracts';
import { parseCron, SegmentSet, type Cron } from '@waymark/customer-context';
import type { ActiveResources } from '@waymark/ports';
import { hashId } from '@waymark/stream';
import { compileEventSchemas, type EventSchemas } from './compile-event-schemas.js';

/** When everybody in a segment is told to a journey. */
export interface Schedule {
  journeyId: string;
  cron: string;
  zone: string;
  segmentId: string;
  rule: Cron;
}

/** What ingestion uses of a workspace. */
export interface IngestionDefinitions {
  schemas: EventSchemas;
  segments: SegmentSet;
  /** Names the segments by their conditions: what was evaluated for another name is evaluated anew. Empty for none. */
  set: string;
  schedules: readonly Schedule[];
}

/** Compiles the active resources. Throws INVALID_RESOURCE for what no apply would have let pass. */
export function compileDefinitions(active: ActiveResources): IngestionDefinitions {
  const resources = active.resources.map(({ resource }) => resource);
  const segments = resources.filter((resource) => resource.kind === 'segment');
  const conditions = segments.map(({ id, if: condition }) => `${id} ${condition}`).sort();
  return {
    schemas: compileEventSchemas(active),
    segments: new SegmentSet(segments),
    set: segments.length === 0 ? '' : hashId(...conditions),
    schedules: resources.flatMap((resource) => (resource.kind === 'journey' ? scheduleOf(resource) : [])),
  };
}

function scheduleOf({ id, entry }: Journey): Schedule[] {
  if (!entry.schedule) return [];
  const { cron, zone, segment } = entry.schedule;
  const rule = parseCron(cron);
  if ('problem' in rule) throw new WaymarkError('INVALID_RESOURCE', `the schedule of journey "${id}": ${rule.problem}`);
  return [{ journeyId: id, cron, zone, segmentId: segment, rule }];
}
