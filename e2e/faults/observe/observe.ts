import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeadLetter, LogRecord, Topic } from '@waymark/contracts';
import type { Cluster } from '../cluster/cluster.js';
import type { Observed, Unsent } from '../ledger/observed.js';
import { readTopic } from './read-topic.js';

interface Delivery {
  state: string;
  reason?: string;
  settledAt?: number;
  action: { content: { subject?: string; json?: { effect?: string } } };
}

interface Context {
  counters: Record<string, number>;
  traits: { lastEcho?: string };
}

export interface ObserveOptions {
  customers: readonly string[];
  partitions: number;
  stuck: readonly string[];
  /** Where what is read is kept. */
  folder: string;
}

/** Asks the system, when it is at rest, what it has to say of a round. */
export async function observe(cluster: Cluster, options: ObserveOptions): Promise<Observed> {
  const { customers, stuck, folder } = options;
  const topic = (name: Topic): Promise<LogRecord[]> => readTopic(cluster, name, options);
  const contexts = new Map<string, { orders: number; lastEcho: string | undefined }>();
  const unsent: Unsent[] = [];
  for (const customer of customers) {
    const { counters, traits } = await cluster.api<Context>('ingestion', `/api/customers/${customer}`);
    contexts.set(customer, { orders: counters['Order Placed'] ?? 0, lastEcho: traits.lastEcho });
    const path = `/api/deliveries?customer=${customer}&limit=1000`;
    const deliveries = await cluster.api<Delivery[]>('action-dispatch', path);
    appendFileSync(join(folder, 'deliveries.jsonl'), deliveries.map((each) => `${JSON.stringify(each)}\n`).join(''));
    unsent.push(...deliveries.flatMap(unsentOf));
  }
  return {
    events: byCustomer(await topic('events'), ({ value }) => messageIdOf(value)),
    interactions: byCustomer(await topic('interactions'), ({ value }) => receiptAskedFor(value)),
    actions: byCustomer(await topic('actions'), ({ value }) => receiptToSend(value)),
    contexts,
    unsent,
    stuck,
    mismatches: (await cluster.api<{ mismatches: number }>('ingestion', '/api/status')).mismatches,
    deadLetters: (await topic('dead-letters')).map(({ value }) => {
      const { service, topic: from, code, detail } = JSON.parse(value) as DeadLetter;
      return `${service}, from ${from}: ${code} ${detail}`;
    }),
  };
}

function unsentOf({ state, reason = '', settledAt = 0, action }: Delivery): Unsent[] {
  if (state === 'sent') return [];
  const { subject, json } = action.content;
  return [{ effect: json?.effect ?? subject ?? '', state, reason, settledAt }];
}

function byCustomer(
  records: readonly LogRecord[],
  idOf: (record: LogRecord) => string | undefined,
): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const record of records) {
    const id = idOf(record);
    if (id === undefined) continue;
    const list = lists.get(record.key);
    if (list) list.push(id);
    else lists.set(record.key, [id]);
  }
  return lists;
}

/** Of what the producers sent; the platform's own events have other ids. */
function messageIdOf(value: string): string | undefined {
  const { messageId } = JSON.parse(value) as { messageId?: string };
  return messageId !== undefined && /^call-\d+$/.test(messageId) ? messageId : undefined;
}

function receiptAskedFor(value: string): string | undefined {
  const { type, cause, entry } = JSON.parse(value) as {
    type: string;
    cause?: { journeyId?: string; stepId?: string };
    entry?: { properties: { order?: string } };
  };
  return type === 'act' && cause?.journeyId === 'receipt' && cause.stepId === 'first'
    ? entry?.properties.order
    : undefined;
}

function receiptToSend(value: string): string | undefined {
  const { type, content } = JSON.parse(value) as { type: string; content?: { json?: { effect?: string } } };
  return type === 'deliver' ? /^receipt\/(.+)\/1$/.exec(content?.json?.effect ?? '')?.[1] : undefined;
}
