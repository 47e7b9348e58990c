import {
  HEADERS,
  TOPICS,
  type ActionId,
  type CustomerId,
  type Decision,
  type LogRecord,
  type Topic,
} from '@waymark/contracts';
import type { CustomerContext } from '@waymark/customer-context';
import {
  NOTHING_WANTED,
  type CustomerMove,
  type Delivery,
  type HistoryEntry,
  type JourneyState,
  type JourneyStore,
  type StoredEvent,
  type VariantCount,
} from '@waymark/ports';
import type { Ground } from './ground.js';

export type Instance = Awaited<ReturnType<JourneyStore['instances']>>[number];

/** What a world has come to, read from its stores and log at rest. */
export interface Facts {
  customers: readonly CustomerId[];
  contexts: ReadonlyMap<CustomerId, CustomerContext>;
  events: readonly StoredEvent[];
  instances: readonly Instance[];
  /** What has been put down for somebody and not been taken up. */
  moves: readonly CustomerMove[];
  ledgers: JourneyState['ledgers'];
  history: ReadonlyMap<CustomerId, readonly HistoryEntry[]>;
  variants: readonly VariantCount[];
  decisions: readonly Decision[];
  deliveries: ReadonlyMap<ActionId, Delivery>;
  /** All records of each partition of each topic. */
  records: ReadonlyMap<string, readonly LogRecord[]>;
  /** Those that a reader takes who drops repetitions (P3). */
  taken: ReadonlyMap<string, readonly LogRecord[]>;
}

const ALL = 1_000_000;

export async function collectFacts({ log, stores }: Ground): Promise<Facts> {
  const records = new Map<string, LogRecord[]>();
  for (const topic of TOPICS)
    for (let partition = 0; partition < log.partitions; partition += 1)
      records.set(`${topic}/${partition}`, await log.read({ topic, partition, offset: 0, max: ALL }));
  const taken = new Map([...records].map(([place, all]) => [place, withoutRepetitions(all)]));
  const actionIds = valuesOf(taken, 'actions').flatMap(({ type, actionId }) =>
    type === 'deliver' ? [actionId as ActionId] : [],
  );
  const customers = [
    ...new Set(valuesOf(taken, 'events').flatMap(({ customerId }) => (customerId as CustomerId) ?? [])),
  ];
  const ofEach = async <T>(read: (id: CustomerId) => Promise<T[]>): Promise<T[]> =>
    (await Promise.all(customers.map(read))).flat();
  const journeys = await stores['journey-state'].load({ ...NOTHING_WANTED, customerIds: customers, heirs: customers });
  return {
    customers,
    contexts: await stores.ingestion.profiles(customers),
    events: await ofEach((id) => stores.ingestion.events(id, ALL)),
    instances: await ofEach((id) => stores['journey-state'].instances(id, ALL)),
    moves: journeys.moves,
    ledgers: journeys.ledgers,
    history: new Map(
      await Promise.all(customers.map(async (id) => [id, await stores['journey-state'].history(id, ALL)] as const)),
    ),
    variants: await stores['journey-state'].variantCounts(),
    decisions: await ofEach((id) => stores.personalization.decisions(id, ALL)),
    deliveries: await stores['action-dispatch'].deliveriesOf(actionIds),
    records,
    taken,
  };
}

/** The parsed values of a topic's records, partition by partition. */
export function valuesOf(places: ReadonlyMap<string, readonly LogRecord[]>, topic: Topic): Record<string, unknown>[] {
  return [...places]
    .filter(([place]) => place.startsWith(`${topic}/`))
    .flatMap(([, records]) => records)
    .map(valueOf);
}

/** Records are looked at several times and parsed once. */
const parsed = new WeakMap<LogRecord, Record<string, unknown>>();

export function valueOf(record: LogRecord): Record<string, unknown> {
  const known = parsed.get(record) ?? (JSON.parse(record.value) as Record<string, unknown>);
  parsed.set(record, known);
  return known;
}

/** As a reader does that has committed everything before: a sequence not above the highest of its source is a repetition. */
function withoutRepetitions(records: readonly LogRecord[]): LogRecord[] {
  const highest = new Map<string, number>();
  return records.filter(({ headers }) => {
    const source = headers[HEADERS.source];
    if (source === undefined) return true;
    const sequence = Number(headers[HEADERS.sequence]);
    if (sequence <= (highest.get(source) ?? -1)) return false;
    highest.set(source, sequence);
    return true;
  });
}
