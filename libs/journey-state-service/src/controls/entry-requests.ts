import {
  OWN_EVENTS,
  WaymarkError,
  ownRecord,
  type CustomerId,
  type JsonObject,
  type MessageId,
} from '@waymark/contracts';
import type { Clock, EventLog, WorkspaceState } from '@waymark/ports';
import { hashId } from '@waymark/stream';

export interface EntryRequestsPorts {
  workspace: { current(): Promise<WorkspaceState> };
  log: Pick<EventLog, 'append'>;
  clock: Clock;
  /** Finds the customer of any id; rejects with NOT_FOUND. */
  resolve(id: string): Promise<CustomerId>;
}

/** Entries by API: somebody asks that a customer enters a journey; its gates decide, as for every entry (R5). */
export class EntryRequests {
  readonly #ports: EntryRequestsPorts;

  constructor(ports: EntryRequestsPorts) {
    this.#ports = ports;
  }

  /**
   * Resolves when the request is on the log; `key` makes a repetition of it the same one. Rejects with NOT_FOUND for a journey
   * or customer that is not there, INVALID_BODY for a journey that is not entered by API.
   */
  async request(journeyId: string, asked: { customer: string; data: JsonObject; key: string }): Promise<void> {
    const { log, clock, resolve } = this.#ports;
    await this.#assertRequestable(journeyId);
    const customerId = await resolve(asked.customer);
    const request = ownRecord({
      messageId: hashId('entry', journeyId, customerId, asked.key) as MessageId,
      customerId,
      event: OWN_EVENTS.entryRequested,
      properties: { journeyId, data: asked.data },
      at: new Date(clock.now()).toISOString(),
    });
    await log.append([request]);
  }

  async #assertRequestable(journeyId: string): Promise<void> {
    const { resources } = await this.#ports.workspace.current();
    const journey = resources
      .map(({ resource }) => resource)
      .find((resource) => resource.kind === 'journey' && resource.id === journeyId);
    if (journey?.kind !== 'journey')
      throw new WaymarkError('NOT_FOUND', `there is no journey "${journeyId}" in the workspace`);
    if (!journey.entry.api)
      throw new WaymarkError(
        'INVALID_BODY',
        `the journey "${journeyId}" is not entered by API: its entry is not { api: true }`,
      );
  }
}
