import { HOLD_DEFAULT } from '@waymark/contracts';
import { upperBoundMs } from '@waymark/customer-context';
import {
  frozenBy,
  type Clock,
  type DispatchStore,
  type InstanceRow,
  type JourneyStore,
  type WorkspaceState,
} from '@waymark/ports';
import { JourneyDefinitions } from '../fold/definitions.js';
import { REASONS, type Finding, type Reason } from './reasons.js';
import { RULES, type InstanceReason } from './rules.js';

/** A partition with more records than this to process is behind: what has not happened there may yet. */
const BEHIND_RECORDS = 1_000;

/** How many records of one partition a service has still to process. */
interface PartitionLag {
  service: string;
  partition: number;
  lag: number;
}

export interface InspectorPorts {
  store: Pick<JourneyStore, 'instanceRows' | 'doors' | 'jobProgress' | 'resourceVersions'>;
  deliveries: Pick<DispatchStore, 'deliveriesOf'>;
  workspace: { current(): Promise<WorkspaceState> };
  /** Of all services in all partitions. */
  lags(): Promise<readonly PartitionLag[]>;
  partitions: number;
  clock: Clock;
}

export interface InspectedPage {
  findings: Finding[];
  checked: number;
  /** The id of the last instance; undefined when there are none after it. */
  next: string | undefined;
}

/** Looks at pages of instances and says what breaks an invariant. It only reads, and what it reads is never locked. */
export class Inspector {
  readonly #ports: InspectorPorts;
  #definitions: { revision: number; of: JourneyDefinitions } | undefined;

  constructor(ports: InspectorPorts) {
    this.#ports = ports;
  }

  async page(at: { partition: number; after: string; max: number }): Promise<InspectedPage> {
    const rows = await this.#ports.store.instanceRows(at);
    const next = rows.length < at.max ? undefined : rows.at(-1)!.instance.id;
    const suspects = await this.#suspects(rows);
    const findings = await this.#withoutThoseToCome(suspects, at.partition);
    return { findings, checked: rows.length, next };
  }

  async doors(partition: number): Promise<Finding[]> {
    const { store } = this.#ports;
    const [doors, definitions] = await Promise.all([store.doors(partition), this.#current()]);
    const known = new Set(definitions.current.map(({ id }) => id));
    const orphaned = doors.filter(({ journeyId }) => !known.has(journeyId));
    return orphaned.map(({ journeyId, count }) => ({
      reason: 'orphaned-entrants',
      journeyId,
      detail: `${count} wait at the door of "${journeyId}" in partition ${partition}, and there is no such journey`,
      ...REASONS['orphaned-entrants'],
    }));
  }

  async #suspects(rows: readonly InstanceRow[]): Promise<Finding[]> {
    const { store, deliveries, clock } = this.#ports;
    const definitions = await this.#current();
    const pending = rows.flatMap(({ instance: { pending: asked } }) => (asked ? [asked.actionId] : []));
    const [frozen, known] = await Promise.all([
      this.#frozen(definitions),
      deliveries.deliveriesOf(pending),
      definitions.require(
        rows.map(({ instance }) => instance),
        store,
      ),
    ]);
    const now = clock.now();
    return rows.flatMap((row) => {
      const { instance } = row;
      const facts = {
        now,
        journey: definitions.find(instance.version),
        isFrozen: frozen.has(instance.journeyId),
        delivery: instance.pending && known.get(instance.pending.actionId),
        holdMs: holdMs(definitions, instance.journeyId),
      };
      return Object.entries(RULES).flatMap(([reason, rule]) => {
        const detail = rule(row, facts);
        return detail === undefined ? [] : [findingOf(reason as InstanceReason, row, detail)];
      });
    });
  }

  /** What has not happened yet is no finding where it may only be late: asked for only when there is something of the kind. */
  async #withoutThoseToCome(findings: Finding[], partition: number): Promise<Finding[]> {
    const mayCome: readonly Reason[] = ['overdue', 'unanswered', 'lost-call'];
    if (!findings.some(({ reason }) => mayCome.includes(reason))) return findings;
    const behind = (await this.#ports.lags()).filter(({ lag }) => lag > BEHIND_RECORDS);
    const isOwnBehind = behind.some((each) => each.service === 'journey-state' && each.partition === partition);
    return findings.filter(({ reason }) => {
      if (reason === 'overdue') return !isOwnBehind;
      return behind.length === 0 || !mayCome.includes(reason);
    });
  }

  async #frozen({ controls: { inUse } }: JourneyDefinitions): Promise<ReadonlySet<string>> {
    const { store, partitions } = this.#ports;
    const open = await Promise.all(
      inUse.jobs
        .filter(({ freezes }) => freezes)
        .map(async ({ jobId }) => {
          const done = (await store.jobProgress(jobId)).filter(({ isDone }) => isDone);
          return done.length < partitions ? [{ jobId }] : [];
        }),
    );
    return frozenBy(inUse, open.flat());
  }

  /** Compiled once for each revision of the workspace. */
  async #current(): Promise<JourneyDefinitions> {
    const state = await this.#ports.workspace.current();
    if (this.#definitions?.revision !== state.revision)
      this.#definitions = { revision: state.revision, of: new JourneyDefinitions(state) };
    return this.#definitions.of;
  }
}

function holdMs({ controls }: JourneyDefinitions, journeyId: string): number {
  const actions = controls.pauseOf(journeyId)?.actions;
  return upperBoundMs(typeof actions === 'object' ? actions.hold : HOLD_DEFAULT);
}

function findingOf(reason: InstanceReason, { instance }: InstanceRow, detail: string): Finding {
  const { journeyId, id: instanceId, customerId, version, step } = instance;
  return { reason, journeyId, instanceId, customerId, version, step, detail, ...REASONS[reason] };
}
