import type { CustomerId } from '@waymark/contracts';
import type { HistoryEntry } from '@waymark/ports';
import type { Facts, Instance } from '../facts.js';
import { valuesOf } from '../facts.js';
import type { Played } from '../play.js';

type Trace = HistoryEntry['trace'][number];

/** Every instance has come to an end, by its own history and no other way; timers fired once, and not before they were due. */
export function checkJourneys({ facts }: Played): string[] {
  const found: string[] = [];
  const traces = new Map<string, Trace[]>();
  const { history, contexts } = facts!;
  const inOrder = [...history].sort(([a], [b]) => hopsFrom(b, contexts) - hopsFrom(a, contexts));
  for (const entry of inOrder.flatMap(([, entries]) => entries)) {
    if (entry.trace.length === 0) found.push(`an entry of ${entry.journeyId}'s history says nothing`);
    if (entry.instanceId === undefined) found.push(...refusals(entry));
    else traces.set(entry.instanceId, [...(traces.get(entry.instanceId) ?? []), ...entry.trace]);
  }
  for (const instance of facts!.instances) found.push(...checkInstance(instance, traces.get(instance.id) ?? []));
  return [...found, ...checkOrdinals(facts!), ...checkInteractions(facts!)];
}

/** How many ids a customer was given up for, one after the other: what happened to the first comes before what happened to the last. */
function hopsFrom(id: CustomerId, contexts: Facts['contexts']): number {
  const seen = new Set<CustomerId>();
  for (let at: CustomerId | undefined = id; at !== undefined && !seen.has(at); at = contexts.get(at)?.mergedInto)
    seen.add(at);
  return seen.size;
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
  const merged = [...contexts.values()].flatMap(({ id, mergedFrom = [] }) =>
    mergedFrom.length > 0 ? [`${id} in `] : [],
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
