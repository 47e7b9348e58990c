import type { CustomerId } from '@waymark/contracts';
import type { HistoryEntry } from '@waymark/ports';
import type { Facts, Instance } from '../facts.js';
import { valuesOf } from '../facts.js';
import type { Played } from '../play.js';

type Trace = HistoryEntry['trace'][number];

/** Every instance has come to an end, by its own history and no other way; timers fired once, and not before they were due. */
export function checkJourneys({ facts }: Played): string[] {
  const found: string[] = [];
  const stays: Stays = new Map();
  for (const [customerId, entries] of facts!.history)
    for (const entry of entries) {
      if (entry.trace.length === 0) found.push(`an entry of ${entry.journeyId}'s history says nothing`);
      if (entry.instanceId === undefined) found.push(...refusals(entry));
      else note(stays, customerId, { ...entry, instanceId: entry.instanceId });
    }
  for (const instance of facts!.instances)
    found.push(...checkInstance(instance, inOrder(stays.get(instance.id) ?? new Map<string, Trace[][]>())));
  return [...found, ...checkOrdinals(facts!), ...checkLedgers(facts!), ...checkInteractions(facts!)];
}

/** What happened to an instance, by who it was with, in one list for each time that it was with her. */
type Stays = Map<string, Map<string, Trace[][]>>;

function note(
  stays: Stays,
  customerId: CustomerId,
  { instanceId, trace }: HistoryEntry & { instanceId: string },
): void {
  const its = stays.get(instanceId) ?? new Map<string, Trace[][]>();
  stays.set(instanceId, its);
  const lists = its.get(customerId) ?? [];
  its.set(customerId, lists);
  if (lists.length === 0 || lists.at(-1)!.at(-1)?.what === 'handedOn') lists.push([]);
  lists.at(-1)!.push(...trace);
}

/** From where it was entered, it is with whoever took it over from the one before, the first time that is not told yet. */
function inOrder(stays: ReadonlyMap<string, Trace[][]>): Trace[] {
  const left = [...stays].map(([customerId, lists]) => ({ customerId, lists: [...lists] }));
  const isNext = (trace: Trace | undefined, from: string | undefined): boolean =>
    from === undefined ? trace?.what !== 'takenOver' : trace?.what === 'takenOver' && trace.from === from;
  const told: Trace[] = [];
  for (let from: string | undefined; ;) {
    const next = left.find(({ lists }) => lists.length > 0 && isNext(lists[0]![0], from));
    if (!next) break;
    told.push(...next.lists.shift()!);
    if (told.at(-1)?.what !== 'handedOn') break;
    from = next.customerId;
  }
  return [...told, ...left.flatMap(({ lists }) => lists.flat())];
}

function refusals({ journeyId, trace }: HistoryEntry): string[] {
  return trace.flatMap((each) =>
    each.what === 'refused' && each.reason !== '' && each.detail !== ''
      ? []
      : [`${journeyId} refused without a reason`],
  );
}

function checkInstance(instance: Instance, trace: readonly Trace[]): string[] {
  const { id, journeyId, customerId, status, visitsTotal, reason } = instance;
  const who = `${customerId} in ${journeyId} (${id})`;
  const found: string[] = [];
  const count = (what: Trace['what']): number => trace.filter((each) => each.what === what).length;
  if (status !== 'ended' || reason === 'MAX_LIFETIME') found.push(`${who} is stuck at ${instance.step}`);
  if (count('arrived') !== visitsTotal)
    found.push(`P1: ${who} has made ${visitsTotal} visits, and its history tells of ${count('arrived')}`);
  if (count('entered') !== 1) found.push(`P1: ${who} was entered ${count('entered')} times`);
  if (count('ended') !== 1 || !reason) found.push(`${who} ended ${count('ended')} times, reason ${reason ?? 'none'}`);
  return [...found, ...checkTimers(who, trace)];
}

/** A wait ends when it is over, or by an interrupt, and what it waited for comes once. */
function checkTimers(who: string, all: readonly Trace[]): string[] {
  const trace = all.filter(({ what }) => what !== 'handedOn' && what !== 'takenOver');
  return trace.flatMap((each, i) => {
    if (each.what !== 'waiting' && each.what !== 'listening') return [];
    const next = trace[i + 1];
    if (!next || next.what === 'interrupted' || next.what === 'converted' || next.what === 'matched') return [];
    if (next.what === 'ended' && next.reason === 'MERGED') return [];
    if (each.until === undefined || Date.parse(next.at) >= Date.parse(each.until)) return [];
    return [`${who} waited at ${each.stepId} until ${each.until}, and went on at ${next.at}`];
  });
}

/** R1: ordinals of a journey, customer and key are 1, 2, 3 and so on; for one who was several, no two are the same (R61). */
function checkOrdinals({ instances, contexts }: Facts): string[] {
  const ordinals = new Map<string, number[]>();
  const merged = [...contexts.values()].flatMap(({ id, mergedFrom = [], parted = [], partedFrom, mergedInto }) =>
    mergedFrom.length + parted.length > 0 || partedFrom || mergedInto !== undefined ? [`${id} in `] : [],
  );
  for (const { journeyId, customerId, correlationKey, ordinal } of instances) {
    const key = `${customerId} in ${journeyId} ${correlationKey}`;
    ordinals.set(key, [...(ordinals.get(key) ?? []), ordinal]);
  }
  return [...ordinals].flatMap(([key, its]) => {
    const wasSeveral = merged.some((person) => key.startsWith(person));
    const isRight = wasSeveral
      ? new Set(its).size === its.length
      : its.sort((a, b) => a - b).every((ordinal, i) => ordinal === i + 1);
    return isRight ? [] : [`R1: ${key} has runs ${its.join(' ')}`];
  });
}

/** Nothing is on its way from one customer to another, nobody is active or waited for, and every entry counts once, with one person. */
function checkLedgers({ moves, ledgers, contexts, instances }: Facts): string[] {
  const found = moves.map(({ id, from, to }) => `R61: the move ${id} from ${from} to ${to} was never taken up`);
  const entries = new Map<string, number>();
  for (const { journeyId, customerId, correlationKey, ledger } of ledgers) {
    if (contexts.get(customerId)?.mergedInto !== undefined) continue;
    const { active, away, entries: own } = ledger;
    if (active !== 0 || away !== undefined)
      found.push(`${customerId} in ${journeyId} ${correlationKey} has ${active} active and ${away ?? 0} away, at rest`);
    entries.set(journeyId, (entries.get(journeyId) ?? 0) + own);
  }
  for (const [journeyId, count] of entries) {
    const its = instances.filter((instance) => instance.journeyId === journeyId).length;
    if (count !== its) found.push(`R61: ledgers of ${journeyId} have ${count} entries, and there are ${its}`);
  }
  return found;
}

/** One action for each visit of a step that asks for one, in the customer's order (R42). */
function checkInteractions({ taken }: Facts): string[] {
  const found: string[] = [];
  const asked = valuesOf(taken, 'interactions').filter(({ type }) => type === 'act' || type === 'decide');
  const ids = asked.map(({ actionId }) => actionId);
  if (ids.length !== new Set(ids).size)
    found.push(`P1: an action was asked for twice: ${ids.find((id, i) => ids.indexOf(id) !== i)}`);
  const answers = valuesOf(taken, 'actions');
  const answered = answers.flatMap(({ type, actionId, messageId }) =>
    type === 'deliver' ? [actionId] : type === 'report' ? [String(messageId).split('.')[0]] : [],
  );
  const of = [...answered.entries()].filter(([i, id]) => answered[i - 1] !== id).map(([, id]) => id);
  if (of.join(' ') !== ids.join(' '))
    found.push(`actions do not follow interactions:\n  ${ids.join(' ')}\n  ${of.join(' ')}`);
  const delivered = answers.filter(({ type }) => type === 'deliver').map(({ actionId }) => actionId);
  if (delivered.length !== new Set(delivered).size) found.push('P1: a message was made twice');
  return found;
}
