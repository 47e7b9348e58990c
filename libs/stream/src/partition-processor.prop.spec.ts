import { describe, expect, it } from '@jest/globals';
import { HEADERS, type LogRecord, type NewRecord, WaymarkError } from '@waymark/contracts';
import { ManualClock, MemoryEventLog } from '@waymark/ports';
import fc from 'fast-check';
import { PartitionProcessor } from './partition-processor.js';
import { FaultPlan, faultyLog, faultyStore, type Fault } from './testing/fault-plan.js';
import { Killed, LedgerStore, ledgerTopology, type LedgerInput, type LedgerOutput } from './testing/ledger-topology.js';

const CASES = 10_000;
const PARTITION = 0;

type Command =
  | { do: 'input'; key: string; amount: number }
  | { do: 'alarm'; key: string; after: number }
  | { do: 'cancel'; key: string; which: number }
  | { do: 'redeliver'; from: number }
  | { do: 'poison' }
  | { do: 'workspace' }
  | { do: 'step'; owner: 0 | 1 }
  | { do: 'pass'; ms: number };

const key = fc.constantFrom('ada', 'bob', 'cleo');
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('input' as const), key, amount: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('alarm' as const), key, after: fc.integer({ min: 0, max: 50 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), key, which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redeliver' as const), from: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'poison' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'workspace' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('step' as const), owner: fc.constantFrom(0 as const, 1 as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40 }) }) },
);
const fault: fc.Arbitrary<Fault> = fc.constantFrom('none', 'none', 'none', 'before', 'after', 'torn', 'other-owner');

/** Two owners of one partition over one log and one store, each with its own faults, and the sender's model. */
class World {
  readonly clock = new ManualClock(0);
  readonly log = new MemoryEventLog(1);
  readonly store: LedgerStore;
  readonly owners: { plan: FaultPlan; processor: PartitionProcessor<never, unknown, unknown, unknown> }[];
  readonly sent: NewRecord[] = [];
  readonly inputs: { key: string; input: LedgerInput }[] = [];
  poison = 0;
  revision = 0;

  constructor(mode: 'outbox' | 'transactional', batchMax: number, faults: readonly [Fault[], Fault[]]) {
    const appendOutputs = (outputs: readonly NewRecord[]): void => this.log.appendNow(outputs);
    this.store = new LedgerStore(mode === 'transactional' ? { appendOutputs } : {});
    this.owners = faults.map((list) => {
      const plan = new FaultPlan(list);
      const topology = ledgerTopology(this.store);
      const options = { log: faultyLog(this.log, plan), clock: this.clock, partition: PARTITION, batchMax };
      const processor = new PartitionProcessor({ ...topology, store: faultyStore(this.store, plan) }, options);
      return { plan, processor: processor as PartitionProcessor<never, unknown, unknown, unknown> };
    });
    for (const [i, owner] of this.owners.entries())
      owner.plan.otherOwnerSteps = async () => void (await this.step(1 - i));
  }

  /** Sends with a source and a sequence, as an upstream service does. */
  send(record: { key: string; value: string }): void {
    const headers = { [HEADERS.source]: 'ingestion/0', [HEADERS.sequence]: String(this.sent.length) };
    const sent: NewRecord = { ...record, topic: 'events', partition: PARTITION, headers };
    this.sent.push(sent);
    this.log.appendNow([sent]);
  }

  input(to: string, input: LedgerInput): void {
    this.inputs.push({ key: to, input });
    this.send({ key: to, value: JSON.stringify(input) });
  }

  async step(owner: number): Promise<boolean> {
    try {
      return await this.owners[owner]!.processor.step();
    } catch (error) {
      if (error instanceof Killed || (error instanceof WaymarkError && error.code === 'FENCED')) return true;
      throw error;
    }
  }

  async run(command: Command): Promise<void> {
    const id = String(this.inputs.length);
    switch (command.do) {
      case 'input':
        return this.input(command.key, { type: 'add', id, amount: command.amount });
      case 'alarm':
        return this.input(command.key, { type: 'set', id, dueAt: this.clock.now() + command.after });
      case 'cancel':
        return this.input(command.key, { type: 'cancel', id: String(command.which) });
      case 'redeliver':
        return this.log.appendNow(this.sent.slice(command.from));
      case 'poison':
        this.poison += 1;
        return this.send({ key: 'ada', value: '{not json' });
      case 'workspace':
        this.revision += 1;
        return this.send({ key: 'workspace', value: JSON.stringify({ type: 'workspace', revision: this.revision }) });
      case 'pass':
        return this.clock.moveTo(this.clock.now() + command.ms);
      case 'step':
        await this.step(command.owner);
    }
  }

  /** No more faults; time passes beyond every alarm; everything is processed. */
  async settle(): Promise<void> {
    for (const owner of this.owners) owner.plan.end();
    this.clock.moveTo(this.clock.now() + 1_000);
    while ((await this.step(0)) || !(await this.owners[0]!.processor.isSettled()));
  }

  /** What a reader that drops repetitions (P3) has of a topic. */
  async readerOf(topic: 'interactions' | 'dead-letters'): Promise<LogRecord[]> {
    const all = await this.log.read({ topic, partition: PARTITION, offset: 0, max: 1e6 });
    let highest = -1;
    return all.filter((record) => {
      const sequence = Number(record.headers[HEADERS.sequence]);
      if (sequence <= highest) return false;
      highest = sequence;
      return true;
    });
  }
}

function modelOf(inputs: World['inputs']): { outputs: LedgerOutput[]; sums: Map<string, number> } {
  const sums = new Map<string, number>();
  const outputs: LedgerOutput[] = [];
  for (const { key, input } of inputs) {
    if (input.type === 'add') {
      sums.set(key, (sums.get(key) ?? 0) + input.amount);
      outputs.push({ type: 'added', key, id: input.id, sum: sums.get(key)! });
    }
    if (input.type === 'cancel') outputs.push({ type: 'cancelled', key, id: input.id });
  }
  return { outputs, sums };
}

async function check(world: World): Promise<void> {
  const records = await world.readerOf('interactions');
  const outputs = records.filter((r) => r.key !== 'workspace').map((r) => JSON.parse(r.value) as LedgerOutput);
  const model = modelOf(world.inputs);
  expect(outputs.filter((o) => o.type !== 'fired')).toEqual(model.outputs);
  for (const [who, sum] of model.sums) expect(world.store.accounts.get(who)?.sum).toBe(sum);
  expect((await world.readerOf('dead-letters')).length).toBe(world.poison);
  const revisions = records
    .filter((r) => r.key === 'workspace')
    .map((r) => (JSON.parse(r.value) as { revision: number }).revision);
  expect(revisions).toEqual(Array.from({ length: world.revision }, (_, i) => i + 1));
  checkAlarms(world, outputs);
}

function checkAlarms(world: World, outputs: readonly LedgerOutput[]): void {
  for (const { key, input } of world.inputs) {
    if (input.type !== 'set') continue;
    const its = outputs.filter((o) => o.key === key && o.id === input.id);
    const fired = its.filter((o) => o.type === 'fired').length;
    const cancelledFirst = its.findIndex((o) => o.type === 'cancelled');
    const cancelInputs = world.inputs.some(
      (i) => i.key === key && i.input.type === 'cancel' && i.input.id === input.id,
    );
    expect(fired).toBeLessThanOrEqual(1);
    if (!cancelInputs) expect(fired).toBe(1);
    const wasSetBefore =
      cancelledFirst >= 0 &&
      world.inputs.findIndex((i) => i.input === input) <
        world.inputs.findIndex((i) => i.key === key && i.input.type === 'cancel' && i.input.id === input.id);
    if (wasSetBefore) expect(its.slice(cancelledFirst).some((o) => o.type === 'fired')).toBe(false);
  }
}

describe.each(['outbox', 'transactional'] as const)('PartitionProcessor with %s publication', (mode) => {
  it(`keeps P1, P2, P3 and P5 against the model, whatever dies, is redelivered or changes owner (${CASES} cases)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.tuple(fc.array(fault, { maxLength: 60 }), fc.array(fault, { maxLength: 60 })),
        async (commands, batchMax, faults) => {
          const world = new World(mode, batchMax, faults);
          for (const next of commands) await world.run(next);
          await world.settle();
          await check(world);
        },
      ),
      { numRuns: CASES },
    );
  }, 60_000);
});
