import type { AwaitStep, SeenEvent } from '@waymark/contracts';
import {
  addDuration,
  compileCondition,
  type Condition,
  type Duration,
  inWords,
  nextLocalTime,
  parseDuration,
} from '@waymark/customer-context';
import { missedEvents } from '../missed-events.js';
import type { Run } from '../run.js';
import { seenEvent } from '../seen-event.js';
import { STAY, type Move, type StepKind } from '../step-kind.js';

interface Option {
  id: string;
  next: string;
  event?: string;
  condition?: Condition;
}

/**
 * `await`: a race between events, conditions on the context and a timeout (R7). On arrival conditions are tested, then the
 * events that came before it (R8); from then on every event of the customer. Of several options that match, the first listed
 * wins. What does not match leaves the timer alone.
 */
export const awaitKind: StepKind<AwaitStep> = {
  compile(_id, step) {
    const options = step.any.map(compileOption);
    const { timeout } = step;
    const lookBack = step.lookBack === undefined ? undefined : parseDuration(step.lookBack);
    const byEvent = options.filter(({ event }) => event !== undefined);
    return {
      listensTo: byEvent.map(({ event }) => event!),
      lookBack: step.lookBack,
      keptBy: ['step', 'lifetime'],
      enter(run) {
        return firstMatch(run, options) ?? firstMissed(run, byEvent, lookBack) ?? listen(run, step);
      },
      onEvent(run, event) {
        return firstMatch(run, options, seenEvent(event)) ?? STAY;
      },
      onTimer(run) {
        run.say({ what: 'timedOut', stepId: run.instance.step });
        run.remember({ matched: 'timeout' });
        return timeout ? { next: timeout.next } : STAY;
      },
      rearm: (run) => firstMatch(run, options) ?? listen(run, step),
    };
  },
  words(trace) {
    if (trace.what === 'listening') {
      return `waits for ${trace.options.join(' or ')}${trace.words === undefined ? '' : `, at the latest until ${trace.words}`}`;
    }
    if (trace.what === 'matched')
      return `goes on by "${trace.option}"${trace.event === undefined ? '' : ` because of ${trace.event}${trace.earlier ? ', which had come before' : ''}`}`;
    return trace.what === 'timedOut' ? 'nothing of it came in time' : undefined;
  },
  choice(trace) {
    if (trace.what === 'matched') return trace.option;
    return trace.what === 'timedOut' ? 'timeout' : undefined;
  },
};

function compileOption(option: AwaitStep['any'][number]): Option {
  const { id, next } = option;
  if ('if' in option) return { id, next, condition: compileCondition(option.if) };
  const condition = option.where === undefined ? undefined : compileCondition(option.where);
  return { id, next, event: option.event, ...(condition && { condition }) };
}

function firstMissed(run: Run, options: readonly Option[], lookBack: Duration | undefined): Move | undefined {
  for (const event of missedEvents(run, lookBack)) {
    const move = firstMatch(run, options, event, { earlier: true });
    if (move) return move;
  }
  return undefined;
}

function firstMatch(
  run: Run,
  options: readonly Option[],
  event?: SeenEvent,
  { earlier }: { earlier?: true } = {},
): Move | undefined {
  const scope = event ? { ...run.scope, event } : run.scope;
  for (const option of options) {
    if (option.event !== undefined && option.event !== event?.name) continue;
    const tested = option.condition?.test(scope);
    if (tested && !tested.result) continue;
    run.say({ what: 'matched', stepId: run.instance.step, option: option.id, event: option.event, earlier, tested });
    run.remember({ matched: option.id, event });
    if (event) run.moveBy(event);
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
  const start = run.stepStart;
  const from = timeout.after === undefined ? start : addDuration(start, parseDuration(timeout.after), zone);
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
