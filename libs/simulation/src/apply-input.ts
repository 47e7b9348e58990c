import { RESPONSES, WaymarkError, type CustomerId, type JsonObject, type ScenarioEntry } from '@waymark/contracts';
import type { ProviderOutcome } from '@waymark/action-dispatch-service';
import type { WorkspaceFile } from '@waymark/ingestion-service';
import type { Observed } from './observe.js';
import type { Ring } from './ring.js';

/** What inputs need beside the ring. */
export interface InputContext {
  ring: Ring;
  authorization: string;
  rejected: Observed['rejected'];
  customerOf: (name: string) => Promise<CustomerId>;
  /** The workspace with one more file, in place of the one with the same resource. */
  withFile: (path: string) => readonly WorkspaceFile[];
}

const CALLS = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;

/** Does what one entry of a timeline says; at most one input. */
export async function applyInput(entry: ScenarioEntry, context: InputContext): Promise<void> {
  const { ring } = context;
  for (const type of CALLS) if (entry[type]) await call(context, { ...entry[type], type });
  if (entry.batch) await batch(context, entry.batch);
  if (entry.consent)
    await ring.ingestion.customers.setConsent(
      await context.customerOf(entry.consent.customer),
      without(entry.consent, 'customer'),
    );
  if (entry.agency)
    await ring.ingestion.customers.setAgency(await context.customerOf(entry.agency.customer), {
      ...without(entry.agency, 'customer'),
      source: 'scenario',
    });
  if (entry.respond) await respond(context, entry.respond);
  if (entry.provider) ring.provider.reply(entry.provider.channel, entry.provider.reply);
  if (entry.publish !== undefined)
    await ring.ingestion.workspace.apply(context.withFile(entry.publish), { dryRun: false });
  if (entry.decide) await ring.personalization.offers.decide({ ...entry.decide, context: entry.decide.context ?? {} });
  if (entry.undo) await ring.personalization.offers.undo(entry.undo);
  await ofJourney(ring, entry);
  if (entry.crash) ring.crash(entry.crash);
}

async function ofJourney(
  { journeyState, clock }: Ring,
  { pause, resume, close, stop, migrate, enter }: ScenarioEntry,
): Promise<void> {
  const { controls, entries } = journeyState;
  if (pause) await controls.pause(pause.journey, without(pause, 'journey'));
  if (resume) await controls.resume(resume.journey);
  if (close) await controls.close(close.journey);
  if (stop) await controls.stop(stop.journey);
  if (migrate) await controls.migrate(migrate.journey, migrate.map);
  if (enter)
    await entries.request(enter.journey, {
      customer: enter.customer,
      data: enter.data ?? {},
      key: String(clock.now()),
    });
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

/** A call goes in as a client would send it; one that is rejected is something a scenario can expect. */
async function call(
  context: InputContext,
  {
    customer,
    originalTimestamp,
    ...fields
  }: { customer: string; originalTimestamp?: string } & Record<string, unknown>,
): Promise<void> {
  const timestamp = originalTimestamp === undefined ? {} : { timestamp: originalTimestamp };
  await batch(context, { batch: [{ ...fields, ...timestamp, userId: customer } as JsonObject] });
}

async function batch({ ring, authorization, rejected }: InputContext, body: JsonObject): Promise<void> {
  try {
    const accepted = await ring.ingestion.acceptor.batch(Buffer.from(JSON.stringify(body)), { authorization });
    for (const { index, status, detail } of accepted.rejected ?? []) rejected.push({ index, status, reason: detail });
  } catch (error) {
    if (!(error instanceof WaymarkError) || error.kind !== 'invalid') throw error;
    rejected.push({ index: 0, status: error.code === 'OVERSIZE' ? 413 : 400, reason: error.message });
  }
}

async function respond(
  { ring, customerOf }: InputContext,
  { customer, step, offer, outcome }: NonNullable<ScenarioEntry['respond']>,
): Promise<void> {
  const customerId = await customerOf(customer);
  const deliveries = await ring.dispatch.store.deliveries(customerId, 1_000);
  const delivery = deliveries.find(
    ({ action }) =>
      (step === undefined || action.cause.stepId === step) && (offer === undefined || action.offer?.id === offer),
  );
  if (isResponse(outcome)) {
    const answered = offer ?? delivery?.action.offer?.id;
    if (answered === undefined)
      throw new WaymarkError(
        'NOT_FOUND',
        `no offer was made to ${customer}${step === undefined ? '' : ` at step ${step}`}`,
      );
    return ring.personalization.offers.respond({ customer: customerId, offer: answered, outcome });
  }
  const channel = ring.dispatch.channels().find(({ id }) => id === delivery?.channel);
  if (!delivery || !channel)
    throw new WaymarkError(
      'NOT_FOUND',
      `no message was handed over to ${customer}${step === undefined ? '' : ` at step ${step}`}`,
    );
  const occurrence = String(ring.clock.now());
  await ring.dispatch.outcomes.take(channel, [
    {
      actionId: delivery.actionId,
      outcome: outcome as ProviderOutcome['outcome'],
      hard: outcome === 'bounced',
      id: occurrence,
    },
  ]);
}

function isResponse(outcome: string): outcome is (typeof RESPONSES)[number] {
  return (RESPONSES as readonly string[]).includes(outcome);
}
