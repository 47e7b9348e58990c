import type { Tested } from '@waymark/customer-context';
import { STEP_KINDS } from './steps/registry.js';
import type { Trace } from './trace.js';

/** A trace as a sentence for a marketer. */
export function words(trace: Trace): string {
  for (const kind of STEP_KINDS.values()) {
    const sentence = kind.words(trace);
    if (sentence !== undefined) return sentence;
  }
  switch (trace.what) {
    case 'entered':
      return `enters because of ${trace.event}`;
    case 'refused':
      return `does not enter: ${trace.reason}, ${trace.detail}`;
    case 'arrived':
      return `comes to step "${trace.stepId}"${trace.stage === undefined ? '' : ` (${trace.stage})`}`;
    case 'queued':
      return `waits at the door, as the journey is paused, until ${trace.until} at the latest`;
    case 'handedOn':
      return `goes on as ${trace.to}, who she turned out to be`;
    case 'takenOver':
      return `goes on from ${trace.from}, who turned out to be her`;
    case 'migrated':
      return `goes over to version ${trace.version}, from step "${trace.from}" to "${trace.stepId}"`;
    case 'interrupted':
      return trace.by === 'goal'
        ? `reaches the goal by ${trace.event}`
        : `leaves by the exit rule "${trace.by}" because of ${trace.event}`;
    case 'converted':
      return `counts as a conversion${trace.value === undefined ? '' : ` worth ${trace.value}`}`;
    case 'responded':
      return `has ${trace.response} the offer of step "${trace.stepId}"`;
    case 'ended':
      return `ends: ${trace.reason}`;
    default:
      return trace.what;
  }
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
