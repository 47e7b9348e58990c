import {
  outlineOf,
  type Journey,
  type JsonObject,
  type Offer,
  type Resource,
  type Segment,
  type Step,
  type StepCondition,
} from '@waymark/contracts';
import { checkCondition, checkSegmentCondition, type ScopeTypes } from '@waymark/customer-context';
import type { Finding } from './workspace-error.js';

/** What conditions are checked against: schemas of events by name, and of traits. */
export class ConditionTypes {
  readonly #events: ReadonlyMap<string, JsonObject>;
  readonly traits: JsonObject | undefined;

  constructor(resources: readonly Resource[]) {
    this.#events = new Map(
      resources.flatMap((resource) => (resource.kind === 'event' ? [[resource.name, resource.properties]] : [])),
    );
    this.traits = resources.find((resource) => resource.kind === 'profile')?.traits;
  }

  of(entry?: string, event?: string): ScopeTypes {
    return { entryProperties: this.#schema(entry), eventProperties: this.#schema(event), traits: this.traits };
  }

  #schema(name: string | undefined): JsonObject | undefined {
    return name === undefined ? undefined : this.#events.get(name);
  }
}

/** Type-checks every condition and expression of a journey. Where several events can have moved it, `event` is not typed. */
export function journeyConditions(journey: Journey, types: ConditionTypes): Finding[] {
  return journeyChecks(journey).flatMap((check) => run(check, types.of(journey.entry.event, check.event)));
}

export function offerConditions(offer: Offer, types: ConditionTypes): Finding[] {
  return offerChecks(offer).flatMap((check) => run(check, types.of()));
}

export function segmentCondition({ if: source }: Segment, types: ConditionTypes): Finding[] {
  return checkSegmentCondition(source, types.of()).map((problem) => ({ path: ['if'], code: 'CONDITION', ...problem }));
}

/** Every condition and expression of a resource. */
export function checksOf(resource: Resource): StepCondition[] {
  switch (resource.kind) {
    case 'journey':
      return journeyChecks(resource);
    case 'offer':
      return offerChecks(resource);
    case 'segment':
      return [{ path: ['if'], source: resource.if }];
    default:
      return [];
  }
}

function journeyChecks({ entry, goal, exits, steps }: Journey): StepCondition[] {
  return [
    { path: ['entry', 'where'], source: entry.where, event: entry.event },
    { path: ['entry', 'correlate'], source: entry.correlate, event: entry.event, as: 'expression' },
    { path: ['goal', 'where'], source: goal?.where, event: goal?.event },
    { path: ['goal', 'value'], source: goal?.value, event: goal?.event, as: 'expression' },
    ...exits.map((exit, i): StepCondition =>
      'if' in exit
        ? { path: ['exits', i, 'if'], source: exit.if }
        : { path: ['exits', i, 'where'], source: exit.where, event: exit.event },
    ),
    ...Object.entries(steps).flatMap(([id, step]) => stepChecks(id, step)),
  ];
}

function offerChecks(offer: Offer): StepCondition[] {
  return (['eligible', 'applicable', 'suitable'] as const).map((key) => ({ path: [key], source: offer[key] }));
}

function stepChecks(id: string, step: Step): StepCondition[] {
  const { conditions = [] } = outlineOf(step);
  return conditions.map((condition) => ({ ...condition, path: ['steps', id, ...condition.path] }));
}

function run({ path, source, as = undefined }: StepCondition, types: ScopeTypes): Finding[] {
  if (source === undefined) return [];
  return checkCondition(source, types, as ?? 'condition').map(({ message, column, suggestion }) => ({
    path,
    code: 'CONDITION',
    message,
    column,
    suggestion,
  }));
}
