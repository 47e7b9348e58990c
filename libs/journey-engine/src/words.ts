import type { Tested } from '@waymark/customer-context';
import { STEP_KINDS } from './steps/registry.js';
import type { Trace } from './trace.js';

type Sentences = { [W in Trace['what']]?: (trace: Extract<Trace, { what: W }>) => string };

/** For the traces that no kind of step writes alone. */
const SENTENCES: Sentences = {
  entered: ({ event }) => `enters because of ${event}`,
  refused: ({ reason, detail }) => `does not enter: ${reason}, ${detail}`,
  queued: ({ until }) => `waits at the door, as the journey is paused, until ${until} at the latest`,
  arrived: ({ stepId, stage }) => `comes to step "${stepId}"${stage === undefined ? '' : ` (${stage})`}`,
  handedOn: ({ to, back }) =>
    back ? `goes back to ${to}, who has parted from her` : `goes on as ${to}, who she turned out to be`,
  takenOver: ({ from, back }) =>
    back ? `comes back from ${from}, from whom she has parted` : `goes on from ${from}, who turned out to be her`,
  migrated: ({ version, from, stepId }) => `goes over to version ${version}, from step "${from}" to "${stepId}"`,
  interrupted: ({ by, event }) =>
    by === 'goal' ? `reaches the goal by ${event}` : `leaves by the exit rule "${by}" because of ${event}`,
  converted: ({ value }) => `counts as a conversion${value === undefined ? '' : ` worth ${value}`}`,
  responded: ({ response, stepId }) => `has ${response} the offer of step "${stepId}"`,
  ended: ({ reason }) => `ends: ${reason}`,
};

/** A trace as a sentence for a marketer. */
export function words(trace: Trace): string {
  for (const kind of STEP_KINDS.values()) {
    const sentence = kind.words(trace);
    if (sentence !== undefined) return sentence;
  }
  return (SENTENCES[trace.what] as ((of: Trace) => string) | undefined)?.(trace) ?? trace.what;
}

/** What was tested for a trace, one sentence a condition with the values it saw (R13). */
export function because(trace: Trace): string[] {
  const tested = 'tested' in trace ? trace.tested : undefined;
  if (tested === undefined) return [];
  return (Array.isArray(tested) ? tested : [tested]).map(testedWords);
}

/** A tested condition in words: `customer.orders.value >= 500.0 does not hold: customer.orders.value is 120`. */
export function testedWords({ condition, result, operands, missing }: Tested): string {
  const saw = operands.map(({ path, value }) => `${path} is ${JSON.stringify(value)}`);
  saw.push(...missing.map((path) => `there is no ${path}`));
  return `${condition} ${result ? 'holds' : 'does not hold'}${saw.length === 0 ? '' : `: ${saw.join(', ')}`}`;
}
