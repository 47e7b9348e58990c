import { LINKS, type Call } from '../traffic/make-traffic.js';

/** As the reminder's wait in `workspace/journeys/reminder.yaml`, in milliseconds. */
export const REMINDER_AFTER_MS = 3_000;

/** Something that must reach the outside because of a call. */
export interface Effect {
  /** As the message names it: `receipt/o-17/1`. */
  id: string;
  customer: string;
  messageId: string;
  /** The mail server honours no keys: what was interrupted there is told as unknown, and not sent again. */
  channel: 'provider' | 'mail';
  /** The effect that must come before. */
  after?: string;
  /** It is sent by a timer, not sooner than so many milliseconds after its call. */
  timerMs?: number;
}

/** What must come of a call, by the workspace beside this folder. */
export function effectsOf({ messageId, customer, said }: Call): Effect[] {
  if (said.type === 'identify') return [];
  const base = { customer, messageId, channel: 'provider' as const };
  if (said.event === 'Chain Begun') return [];
  if (said.event === 'Chain Link') {
    const { chain, link } = said.properties;
    return link === LINKS.at(-1) ? [{ ...base, id: `chain/${chain}` }] : [];
  }
  const { order, remind, echo, mail, offer } = said.properties;
  return [
    { ...base, id: `receipt/${order}/1` },
    { ...base, id: `receipt/${order}/2`, after: `receipt/${order}/1` },
    ...(remind ? [{ ...base, id: `reminder/${order}`, timerMs: REMINDER_AFTER_MS }] : []),
    ...(echo ? [{ ...base, id: `echo/${order}` }] : []),
    ...(mail ? [{ ...base, id: `mail/${order}`, channel: 'mail' as const }] : []),
    ...(offer ? [{ ...base, id: `offer/${order}` }] : []),
  ];
}
