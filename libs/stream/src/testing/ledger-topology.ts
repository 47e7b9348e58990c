import { WaymarkError, type EpochMs, type LogRecord } from '@waymark/contracts';
import { MemoryBatchStore, type BatchCommit } from '@waymark/ports';
import { Outputs } from '../outputs.js';
import type { Batch, Decoded, Folded, Topology } from '../topology.js';

/** The inputs of a toy service that keeps a running sum for each key and has alarms that can be cancelled. */
export type LedgerInput =
  | { type: 'add'; id: string; amount: number }
  | { type: 'set'; id: string; dueAt: EpochMs }
  | { type: 'cancel'; id: string };

export type LedgerOutput =
  | { type: 'added'; key: string; id: string; sum: number }
  | { type: 'cancelled'; key: string; id: string }
  | { type: 'fired'; key: string; id: string };

interface Account {
  sum: number;
  alarms: Record<string, EpochMs>;
}
type Accounts = Map<string, Account>;
type Keyed = { key: string; input: LedgerInput };

/** The toy's memory store. */
export class LedgerStore extends MemoryBatchStore<Accounts> {
  readonly accounts: Accounts = new Map();

  protected check(): void {
    return;
  }

  protected apply(changes: Accounts, _commit: BatchCommit<Accounts>): void {
    for (const [key, account] of changes) this.accounts.set(key, structuredClone(account));
  }
}

/** A service small enough to be checked against a model by hand; of its alarms `dueMax` fire in a batch at most. */
export function ledgerTopology(store: LedgerStore, dueMax = Infinity): Topology<Keyed, null, Accounts, Accounts> {
  return {
    service: 'journey-state',
    source: 'events',
    forwardWorkspaceTo: 'interactions',
    store,
    decode,
    compile: async () => null,
    load: async () => structuredClone(store.accounts),
    fold: (batch, accounts) => fold(batch, accounts, dueMax),
    nextDueAt: async () => earliest(store.accounts),
  };
}

function decode(record: LogRecord): Decoded<Keyed> {
  try {
    const value = JSON.parse(record.value) as LedgerInput | { type: 'workspace'; revision: number };
    if (value.type === 'workspace') {
      return {
        type: 'workspace',
        change: {
          schemaVersion: 1,
          type: 'workspace',
          revision: value.revision,
          changes: [],
          appliedAt: '2026-01-01T00:00:00Z',
        },
      };
    }
    return { type: 'record', record: { key: record.key, input: value } };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { type: 'invalid', code: 'MALFORMED_JSON', detail: error.message };
  }
}

function fold(batch: Batch<Keyed>, accounts: Accounts, dueMax: number): Folded<Accounts> {
  const outputs = new Outputs();
  const emit = (output: LedgerOutput): void => {
    outputs.push({ topic: 'interactions', key: output.key, partition: batch.partition, value: JSON.stringify(output) });
  };
  for (const { record, traceparent } of batch.records) {
    outputs.traceparent = traceparent;
    applyInput(accounts, record, emit);
  }
  outputs.traceparent = batch.traceparent;
  let fired = 0;
  for (const [key, account] of accounts) {
    for (const [id, dueAt] of Object.entries(account.alarms)) {
      if (dueAt > batch.now || fired === dueMax) continue;
      fired += 1;
      delete account.alarms[id];
      emit({ type: 'fired', key, id });
    }
  }
  return { changes: accounts, outputs: outputs.records };
}

function applyInput(accounts: Accounts, { key, input }: Keyed, emit: (output: LedgerOutput) => void): void {
  const account = accounts.get(key) ?? { sum: 0, alarms: {} };
  accounts.set(key, account);
  if (input.type === 'add') {
    account.sum += input.amount;
    emit({ type: 'added', key, id: input.id, sum: account.sum });
  } else if (input.type === 'set') {
    account.alarms[input.id] = input.dueAt;
  } else {
    delete account.alarms[input.id];
    emit({ type: 'cancelled', key, id: input.id });
  }
}

function earliest(accounts: Accounts): EpochMs | undefined {
  const due = [...accounts.values()].flatMap((account) => Object.values(account.alarms));
  return due.length === 0 ? undefined : Math.min(...due);
}

/** The failure that stands for a process killed at this point. */
export class Killed extends WaymarkError {
  constructor() {
    super('STORE_UNAVAILABLE', 'killed');
  }
}
