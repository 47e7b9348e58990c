import type { LogRecord, NewRecord } from '@waymark/contracts';
import { placeOf, type BatchCommit, type EventLog, type HotContext, type JobQueue } from '@waymark/ports';
import type { Random } from './random.js';
import type { RoutedJobs } from './routed-jobs.js';
import type { CallKind, Caller, Turnstile } from './turnstile.js';

/** Whose calls, through which gate. */
export interface Gate {
  caller: Caller;
  turnstile: Turnstile;
}

/** What calls of a store are named, and who is told of them. */
export interface StoreCalls {
  name: string;
  /** The effect is done. */
  done?: (method: string, args: readonly unknown[]) => void;
  /** It is done, and the caller does not know. */
  unheard?: (method: string, args: readonly unknown[]) => void;
}

const WRITES = new Set(['save', 'clear', 'suppress', 'putInInbox', 'saveDecision', 'put', 'announced']);

type AnyCall = (...args: unknown[]) => Promise<unknown>;
type AnyMethods = Record<string, AnyCall>;

/** A store or registry as one process reaches it: each of its methods is a call that waits for its turn. */
export function gatedStore<S extends object>(store: S, gate: Gate, about: StoreCalls): S {
  const gated: AnyMethods = {};
  for (const method of methodsOf(store)) {
    const kind: CallKind = WRITES.has(method) ? 'write' : 'read';
    gated[method] = (...args) =>
      gate.turnstile.pass({
        caller: gate.caller,
        kind,
        what: `${about.name}.${method}${detailOf(method, args)}`,
        code: 'STORE_UNAVAILABLE',
        run: async () => {
          const answer = await (store as AnyMethods)[method]!(...args);
          about.done?.(method, args);
          return answer;
        },
        unheard: about.unheard && (() => about.unheard!(method, args)),
      });
  }
  return gated as S;
}

/** The log as one process reaches it; an append may break off after any record of each partition. */
export function gatedLog(log: EventLog, gate: Gate, random: Random): EventLog {
  const call = <T>(kind: CallKind, what: string, run: () => Promise<T>, torn?: () => Promise<unknown>): Promise<T> =>
    gate.turnstile.pass({ ...gate, kind, what, code: 'LOG_UNAVAILABLE', run, torn });
  return {
    partitions: log.partitions,
    append: (records) =>
      call(
        'append',
        `log.append ${records.length}`,
        () => log.append(records),
        () => log.append(brokenOff(records, log.partitions, random)),
      ),
    read: (from): Promise<LogRecord[]> =>
      call('read', `log.read ${from.topic}/${from.partition} from ${from.offset}`, () => log.read(from)),
    waitFor: (at, signal) => log.waitFor(at, signal),
    endOffset: (at) => call('read', `log.endOffset ${at.topic}/${at.partition}`, () => log.endOffset(at)),
  };
}

/** The hot context as one process reaches it. */
export function gatedHot(hot: HotContext, gate: Gate): HotContext {
  const call = <T>(what: string, run: () => Promise<T>): Promise<T> =>
    gate.turnstile.pass({ ...gate, kind: 'cache', what: `hot.${what}`, code: 'STORE_UNAVAILABLE', run });
  return {
    get: (wanted) => call('get', () => hot.get(wanted)),
    put: (contexts) => call(`put ${contexts.map(({ version }) => version).join(' ')}`, () => hot.put(contexts)),
    drop: (ids) => call('drop', () => hot.drop(ids)),
  };
}

/** The job queue as one process reaches it. */
export function gatedJobs(jobs: JobQueue, gate: Gate, routed: RoutedJobs): JobQueue {
  return {
    add: (added) =>
      gate.turnstile.pass({
        ...gate,
        kind: 'write',
        what: `jobs.add ${added.length}`,
        code: 'STORE_UNAVAILABLE',
        run: async () => {
          await jobs.add(added);
          routed.expect();
        },
      }),
    work: async (handler) => routed.work(gate.caller, handler),
    size: () => jobs.size(),
    close: async () => undefined,
  };
}

/** Some of the records: of each partition the first few, as far as an append came. */
function brokenOff(records: readonly NewRecord[], partitions: number, random: Random): NewRecord[] {
  const left = new Map<string, number>();
  for (const record of records) {
    const place = `${record.topic}/${placeOf(record, partitions)}`;
    left.set(place, (left.get(place) ?? 0) + 1);
  }
  for (const [place, count] of left) left.set(place, random.between(0, count));
  return records.filter((record) => {
    const place = `${record.topic}/${placeOf(record, partitions)}`;
    const more = left.get(place)!;
    left.set(place, more - 1);
    return more > 0;
  });
}

const methodsKnown = new WeakMap<object, string[]>();

/** All methods of an object and its classes; looked up once for each object, as it is gated anew for each process. */
function methodsOf(target: object): string[] {
  const known = methodsKnown.get(target);
  if (known) return known;
  const names = new Set<string>();
  for (let of = target; of !== Object.prototype; of = Reflect.getPrototypeOf(of)!) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(of)))
      if (name !== 'constructor' && typeof value === 'function') names.add(name);
  }
  methodsKnown.set(target, [...names]);
  return [...names];
}

function detailOf(method: string, args: readonly unknown[]): string {
  if (method === 'save') {
    const { partition, from, outputs } = args[0] as BatchCommit<unknown>;
    return ` ${partition} v${from.version}+1 to ${from.nextSequence + outputs.length}`;
  }
  return typeof args[0] === 'number' ? ` ${args[0]}` : '';
}
