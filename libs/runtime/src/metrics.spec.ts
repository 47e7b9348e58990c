import { describe, expect, it } from '@jest/globals';
import { WaymarkError } from '@waymark/contracts';
import type { FailureSeen, StreamObserver } from '@waymark/stream';
import { Metrics, type Lag } from './metrics.js';
import { captureLog } from './testing/captured-log.js';

const LEVELS = { debug: 20, warn: 40, error: 50 } as const;

function setUp() {
  const metrics = new Metrics();
  const { logger, lines } = captureLog();
  const observer: StreamObserver = metrics.observer(logger);
  /** The values of one metric, by labels. */
  const values = async (name: string): Promise<Record<string, number>> => {
    const text = await metrics.registry.getSingleMetricAsString(name);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(samples.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
  };
  return { metrics, observer, logger, lines, values };
}

const batch = { service: 'ingestion', partition: 0, records: 3, outputs: 2, deadLetters: 0, durationMs: 20 } as const;
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
    observer.batch({ ...batch, partition: 1, records: 4, outputs: 0, deadLetters: 1 });
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
    expect(lines).toMatchObject([{ msg: 'lag cannot be read' }]);
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
    observer.failure(failure(error, stopped));
    expect(await values('waymark_failures_total')).toEqual({
      [`waymark_failures_total{service="journey-state",kind="${kind}"}`]: 1,
    });
    expect(lines).toEqual([
      expect.objectContaining({ level: LEVELS[level], msg, service: 'journey-state', partition: 2 }),
    ]);
  });

  it('a healthy processor logs nothing', () => {
    const { observer, lines } = setUp();
    observer.batch(batch);
    expect(lines).toEqual([]);
  });

  it('two processes in one do not share their numbers', async () => {
    const [first, second] = [setUp(), setUp()];
    first.observer.batch(batch);
    expect(await second.values('waymark_records_total')).toEqual({});
    expect(await second.metrics.registry.metrics()).toContain('process_cpu_seconds_total');
  });
});
