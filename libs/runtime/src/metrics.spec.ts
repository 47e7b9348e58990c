import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import type { BatchSeen, FailureSeen, Measure, StreamObserver } from '@waymark/stream';
import { Metrics, type Lag } from './metrics.js';
import { captureLog } from './testing/captured-log.js';

const LEVELS = { debug: 20, warn: 40, error: 50 } as const;

function setUp(level = 'debug') {
  const metrics = new Metrics();
  const { logger, lines } = captureLog(level);
  const observer: StreamObserver = metrics.observer(logger);
  /** The values of one metric, by labels. */
  const values = async (name: string): Promise<Record<string, number>> => {
    const text = await metrics.registry.getSingleMetricAsString(name);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
  };
  return { metrics, observer, logger, lines, values };
}

const batch: BatchSeen = {
  service: 'ingestion',
  partition: 0,
  offset: 4,
  nextOffset: 7,
  records: 3,
  outputs: 2,
  deadLetters: [],
  measures: [],
  traceIds: [],
  durationMs: 20,
};
const letter = { offset: 5, code: 'MALFORMED_JSON' };
const failure = (error: unknown, stopped = false): FailureSeen => ({
  service: 'journey-state',
  partition: 2,
  error,
  stopped,
});

describe('metrics of the processors', () => {
  it('add up over batches and partitions, by service', async () => {
    const { observer, values } = setUp();
    observer.batch(batch);
    observer.batch({ ...batch, partition: 1, records: 4, outputs: 0, deadLetters: [letter] });
    observer.batch({ ...batch, service: 'action-dispatch', records: 1 });
    expect(await values('waymark_records_total')).toEqual({
      'waymark_records_total{service="ingestion"}': 7,
      'waymark_records_total{service="action-dispatch"}': 1,
    });
    expect(await values('waymark_outputs_total')).toMatchObject({ 'waymark_outputs_total{service="ingestion"}': 2 });
    expect(await values('waymark_dead_letters_total')).toEqual({
      'waymark_dead_letters_total{service="ingestion"}': 1,
    });
  });

  it('show the lag as it is at each scrape, and none while it cannot be read', async () => {
    const { metrics, values, logger, lines } = setUp();
    const lags: (() => Promise<Lag[]>)[] = [
      async () => [
        { service: 'ingestion', partition: 0, lag: 5 },
        { service: 'ingestion', partition: 1, lag: 0 },
      ],
      () => Promise.reject(new WaymarkError('STORE_UNAVAILABLE', 'down')),
      async () => [{ service: 'ingestion', partition: 0, lag: 4 }],
    ];
    metrics.watchLag(() => lags.shift()!(), logger);
    const first = 'waymark_lag_records{service="ingestion",partition="0"}';
    expect(await values('waymark_lag_records')).toEqual({
      [first]: 5,
      'waymark_lag_records{service="ingestion",partition="1"}': 0,
    });
    expect(await values('waymark_lag_records')).toEqual({});
    expect(lines).toMatchObject([{ msg: 'a metric cannot be read', metric: 'waymark_lag_records' }]);
    expect(await values('waymark_lag_records')).toEqual({ [first]: 4 });
  });

  it('measure a batch in seconds', async () => {
    const { observer, values } = setUp();
    observer.batch({ ...batch, durationMs: 20 });
    observer.batch({ ...batch, durationMs: 2_000 });
    expect(await values('waymark_batch_seconds')).toMatchObject({
      'waymark_batch_seconds_bucket{le="0.01",service="ingestion"}': 0,
      'waymark_batch_seconds_bucket{le="0.025",service="ingestion"}': 1,
      'waymark_batch_seconds_bucket{le="2.5",service="ingestion"}': 2,
      'waymark_batch_seconds_sum{service="ingestion"}': 2.02,
      'waymark_batch_seconds_count{service="ingestion"}': 2,
    });
  });

  it.each<[string, unknown, boolean, keyof typeof LEVELS, string]>([
    ['transient', new WaymarkError('LOG_UNAVAILABLE', 'down'), false, 'warn', 'step failed, trying again'],
    ['conflict', new WaymarkError('FENCED', 'another owner'), false, 'debug', 'partition taken anew'],
    ['invalid', new WaymarkError('INVALID_RECORD', 'wrong'), false, 'warn', 'step failed, trying again'],
    ['defect', new TypeError('x is undefined'), true, 'error', 'partition stopped by a defect'],
  ])('a failure that is %s is counted and logged by its table', async (kind, error, stopped, level, msg) => {
    const { observer, values, lines } = setUp();
    observer.failure({ ...failure(error, stopped), offset: 7, traceIds: ['t1'] });
    expect(await values('waymark_failures_total')).toEqual({
      [`waymark_failures_total{service="journey-state",kind="${kind}"}`]: 1,
    });
    expect(lines).toEqual([
      expect.objectContaining({
        level: LEVELS[level],
        msg,
        service: 'journey-state',
        partition: 2,
        offset: 7,
        traceIds: ['t1'],
      }),
    ]);
  });

  it('a healthy processor logs nothing', () => {
    const { observer, lines } = setUp('info');
    observer.batch(batch);
    expect(lines).toEqual([]);
  });

  it('each batch is told to whoever looks for mistakes, by its offsets and traces', () => {
    const { observer, lines } = setUp();
    observer.batch({ ...batch, traceIds: ['t1'] });
    observer.batch(batch);
    const told = {
      level: LEVELS.debug,
      msg: 'batch saved',
      service: 'ingestion',
      partition: 0,
      records: 3,
      outputs: 2,
    };
    expect(lines.map(({ time: _, ...line }) => line)).toEqual([
      { ...told, offset: 4, nextOffset: 7, durationMs: 20, traceIds: ['t1'] },
      { ...told, offset: 4, nextOffset: 7, durationMs: 20 },
    ]);
  });

  it('dead letters are told once a batch, by offset and code, ten of them at most', () => {
    const { observer, lines } = setUp('info');
    observer.batch({ ...batch, deadLetters: Array.from({ length: 12 }, () => letter) });
    expect(lines).toEqual([
      expect.objectContaining({
        level: LEVELS.warn,
        msg: 'records became dead letters',
        service: 'ingestion',
        partition: 0,
        count: 12,
        letters: Array.from({ length: 10 }, () => letter),
      }),
    ]);
  });

  it('how many records batches have is told by service', async () => {
    const { observer, values } = setUp();
    for (const records of [1, 40, 500]) observer.batch({ ...batch, records });
    expect(await values('waymark_batch_records')).toMatchObject({
      'waymark_batch_records_bucket{le="25",service="ingestion"}': 1,
      'waymark_batch_records_bucket{le="50",service="ingestion"}': 2,
      'waymark_batch_records_bucket{le="500",service="ingestion"}': 3,
      'waymark_batch_records_sum{service="ingestion"}': 541,
    });
  });

  it('two processes in one do not share their numbers', async () => {
    const [first, second] = [setUp(), setUp()];
    first.observer.batch(batch);
    expect(await second.values('waymark_records_total')).toEqual({});
    expect(await second.metrics.registry.metrics()).toContain('process_cpu_seconds_total');
  });
});

describe('what services measure', () => {
  it.each<[Measure, string, Record<string, number>]>([
    [
      { what: 'rejected', code: 'OVERSIZE' },
      'waymark_rejected_total',
      { 'waymark_rejected_total{code="OVERSIZE"}': 2 },
    ],
    [{ what: 'duplicate' }, 'waymark_duplicates_total', { waymark_duplicates_total: 2 }],
    [
      { what: 'delivery', channel: 'smtp', end: 'suppressed' },
      'waymark_deliveries_total',
      { 'waymark_deliveries_total{channel="smtp",state="suppressed"}': 2 },
    ],
    [
      { what: 'timer', service: 'journey-state', latenessMs: 750 },
      'waymark_timer_lateness_seconds',
      {
        'waymark_timer_lateness_seconds_bucket{le="0.5",service="journey-state"}': 0,
        'waymark_timer_lateness_seconds_bucket{le="1",service="journey-state"}': 2,
        'waymark_timer_lateness_seconds_sum{service="journey-state"}': 1.5,
      },
    ],
    [
      { what: 'event-to-action', ms: 40 },
      'waymark_event_to_action_seconds',
      {
        'waymark_event_to_action_seconds_bucket{le="0.025"}': 0,
        'waymark_event_to_action_seconds_bucket{le="0.05"}': 2,
        waymark_event_to_action_seconds_count: 2,
      },
    ],
  ])('%j is counted whether its batch tells it or it is told by itself', async (measure, name, expected) => {
    const { metrics, observer, values } = setUp();
    observer.batch({ ...batch, measures: [measure] });
    metrics.measure(measure);
    expect(await values(name)).toMatchObject(expected);
  });
});

describe('what is read at each scrape', () => {
  it('is what waits in the outboxes', async () => {
    const { metrics, logger, values } = setUp();
    const depths = [3, 0];
    metrics.watchOutbox(async () => [{ service: 'ingestion', rows: depths.shift()! }], logger);
    const name = 'waymark_outbox_rows{service="ingestion"}';
    expect([await values('waymark_outbox_rows'), await values('waymark_outbox_rows')]).toEqual([
      { [name]: 3 },
      { [name]: 0 },
    ]);
  });

  it('is which circuits are open', async () => {
    const { metrics, logger, values } = setUp();
    const circuits = [
      { circuit: 'redis', isOpen: true },
      { circuit: 'email', isOpen: false },
    ];
    metrics.watchCircuits(() => circuits, logger);
    expect(await values('waymark_circuit_open')).toEqual({
      'waymark_circuit_open{circuit="redis"}': 1,
      'waymark_circuit_open{circuit="email"}': 0,
    });
  });

  it('show how many instances are broken, by reason', async () => {
    const { metrics, values, logger } = setUp();
    const broken = [
      { reason: 'stuck', count: 2 },
      { reason: 'overdue', count: 0 },
    ];
    metrics.watchBroken(() => broken, logger);
    expect(await values('waymark_instances_broken')).toEqual({
      'waymark_instances_broken{reason="stuck"}': 2,
      'waymark_instances_broken{reason="overdue"}': 0,
    });
  });

  it('count what retention has removed, and show when housekeeping was last through, where there is one', async () => {
    const { metrics, values } = setUp();
    expect(await values('waymark_housekeeping_success_seconds')).toEqual({});
    metrics.housekept('journey-state', 0);
    metrics.housekept('journey-state', 1_764_000_000_500);
    for (const count of [1_000, 7]) metrics.forgotten('instances', count);
    expect(await values('waymark_housekeeping_success_seconds')).toEqual({
      'waymark_housekeeping_success_seconds{service="journey-state"}': 1_764_000_000.5,
    });
    expect(await values('waymark_forgotten_total')).toEqual({ 'waymark_forgotten_total{what="instances"}': 1_007 });
  });

  it("is how many partitions of each service are this process's", async () => {
    const { metrics, logger, values } = setUp();
    metrics.watchPartitions(() => [{ service: 'journey-state', partitions: 2 }], logger);
    expect(await values('waymark_partitions_owned')).toEqual({
      'waymark_partitions_owned{service="journey-state"}': 2,
    });
  });
});
