import type { AwaitStep, CustomerEvent } from '@waymark/contracts';
import { seenEvent } from '../seen-event.js';
import {
  addDuration,
  compileCondition,
  type Condition,
  inWords,
  nextLocalTime,
  parseDuration,
} from '@waymark/customer-context';
import type { Run } from '../run.js';
import { STAY, type Move, type StepKind } from '../step-kind.js';

interface Option {
  id: string;
  next: string;
  event?: string;
  condition?: Condition;
}

/**
 * `await`: a race between events, conditions on the context and a timeout (R7). Conditions are tested on arrival and on
 * every event of the customer (R8); of several options that match, the first listed wins. What does not match leaves the
 * timer alone.
 */
export const awaitKind: StepKind<AwaitStep> = {
  kind: 'await',
  compile(_id, step) {
    const options = step.any.map(compileOption);
    const { timeout } = step;
    return {
      enter(run) {
        return firstMatch(run, options) ?? listen(run, step);
      },
      onEvent(run, event) {
        return firstMatch(run, options, event) ?? STAY;
      },
      onTimer(run) {
        run.say({ what: 'timedOut', stepId: run.instance.step });
        run.remember({ matched: 'timeout' });
        return timeout ? { next: timeout.next } : STAY;
      },
    };
  },
  words(trace) {
    if (trace.what === 'listening') {
      return `waits for ${trace.options.join(' or ')}${trace.words === undefined ? '' : `, at the latest until ${trace.words}`}`;
    }
    if (trace.what === 'matched')
      return `goes on by "${trace.option}"${trace.event === undefined ? '' : ` because of ${trace.event}`}`;
    return trace.what === 'timedOut' ? 'nothing of it came in time' : undefined;
  },
};

function compileOption(option: AwaitStep['any'][number]): Option {
  const { id, next } = option;
  if ('if' in option) return { id, next, condition: compileCondition(option.if) };
  const condition = option.where === undefined ? undefined : compileCondition(option.where);
  return { id, next, event: option.event, ...(condition && { condition }) };
}

function firstMatch(run: Run, options: readonly Option[], event?: CustomerEvent): Move | undefined {
  const scope = event ? { ...run.scope, event } : run.scope;
  for (const option of options) {
    if (option.event !== undefined && option.event !== event?.name) continue;
    const tested = option.condition?.test(scope);
    if (tested && !tested.result) continue;
    run.say({ what: 'matched', stepId: run.instance.step, option: option.id, event: option.event, tested });
    const seen = event && seenEvent(event);
    run.remember({ matched: option.id, event: seen });
    if (seen) run.moveBy(seen);
    return { next: option.next };
  }
  return undefined;
}

function listen(run: Run, step: AwaitStep): Move {
  const options = step.any.map((option) => ('event' in option ? option.event : option.if));
  const { timeout } = step;
  if (!timeout) {
    run.say({ what: 'listening', stepId: run.instance.step, options });
    return STAY;
  }
  const zone = run.zone(timeout.zone);
  const from = timeout.after === undefined ? run.now : addDuration(run.now, parseDuration(timeout.after), zone);
  const until = nextLocalTime(from, { ...timeout, zone });
  run.setTimer('step', until);
  run.say({
    what: 'listening',
    stepId: run.instance.step,
    options,
    until: new Date(until).toISOString(),
    words: inWords(until, zone),
  });
  return STAY;
}
