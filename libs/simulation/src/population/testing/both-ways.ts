import type { CustomerId, EpochMs, RawEvent } from '@waymark/contracts';
import type { CheckWorkspace, WorkspaceFile } from '@waymark/ingestion-service';
import {
  NOT_ELIGIBLE_MAX,
  withNotEligible,
  type Delivery,
  type HistoryEntry,
  type JourneyChanges,
} from '@waymark/ports';
import { Ring } from '../../ring.js';
import { PopulationRun } from '../population-run.js';

/** What became of a population, as far as the two ways must agree: every step's reason, and every message. */
export interface WhatHappened {
  history: Record<string, HistoryEntry[]>;
  deliveries: Record<
    string,
    Pick<Delivery, 'customerId' | 'channel' | 'state' | 'settledAt' | 'reason' | 'rule' | 'because'>
  >;
}

export interface Played {
  files: readonly WorkspaceFile[];
  check: CheckWorkspace;
  events: readonly RawEvent[];
  start: EpochMs;
  /** Until when time goes on. */
  end: EpochMs;
  roundsMax?: number;
}

const MOST = 1_000_000;

/** Through the ring of scenarios: processors, log, and stores that keep everything. */
export async function throughRing({ files, check, events, start, end }: Played): Promise<WhatHappened> {
  const ring = new Ring(Date.parse(events[0]!.receivedAt), check);
  await ring.authorize();
  let isApplied = false;
  for (const event of events) {
    const at = Date.parse(event.receivedAt);
    if (at >= start && !isApplied) {
      await ring.advanceTo(start);
      await ring.ingestion.workspace.apply(files, { dryRun: false });
      await ring.settle();
      isApplied = true;
    }
    await ring.advanceTo(at);
    await ring.ingestion.acceptor.emit([event]);
    await ring.settle();
  }
  await ring.advanceTo(end);
  const happened: WhatHappened = { history: {}, deliveries: {} };
  for (const customer of await customersOf(ring)) {
    happened.history[customer] = await ring.stores['journey-state'].store.history(customer, MOST);
    for (const delivery of await ring.dispatch.store.deliveries(customer, MOST))
      happened.deliveries[delivery.actionId] = told(delivery);
  }
  return withoutEmpty(happened);
}

/** Everybody to whom anything happened, by the names that journeys know. */
async function customersOf({ log }: Ring): Promise<Set<CustomerId>> {
  const customers = new Set<CustomerId>();
  for (let partition = 0; partition < log.partitions; partition += 1)
    for (const { value } of await log.read({ topic: 'events', partition, offset: 0, max: MOST })) {
      const event = JSON.parse(value) as { customerId?: CustomerId };
      if (event.customerId !== undefined) customers.add(event.customerId);
    }
  return customers;
}

/** Through the lean run. */
export async function throughPopulation({
  files,
  check,
  events,
  start,
  end,
  ...limits
}: Played): Promise<WhatHappened> {
  const happened: WhatHappened = { history: {}, deliveries: {} };
  const refused: WhatHappened['history'] = {};
  const watch = {
    journeys: ({ history, notEligible }: JourneyChanges) => {
      for (const { customerId, entries } of history) (happened.history[customerId] ??= []).push(...entries);
      for (const { customerId, entries } of notEligible) (refused[customerId] ??= []).push(...entries);
    },
    decisions: () => {},
    deliveries: ({ deliveries }: { deliveries: Delivery[] }) => {
      for (const delivery of deliveries) happened.deliveries[delivery.actionId] = told(delivery);
    },
    refused: () => {},
    repeated: () => {},
  };
  const run = await PopulationRun.create(
    { resources: check(files), start, watch, ...limits },
    Date.parse(events[0]!.receivedAt),
  );
  for (const event of events) await run.take(event);
  await run.advanceTo(end);
  for (const [customerId, entries] of Object.entries(refused))
    happened.history[customerId] = withNotEligible(
      happened.history[customerId] ?? [],
      entries.slice(-NOT_ELIGIBLE_MAX),
      MOST,
    );
  return withoutEmpty(happened);
}

function told({
  customerId,
  channel,
  state,
  settledAt,
  reason,
  rule,
  because,
}: Delivery): WhatHappened['deliveries'][string] {
  return { customerId, channel, state, settledAt, reason, rule, because };
}

function withoutEmpty({ history, deliveries }: WhatHappened): WhatHappened {
  const told = Object.entries(history).filter(([, entries]) => entries.length > 0);
  return { history: Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1))), deliveries };
}
