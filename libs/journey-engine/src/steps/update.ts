import type { Json, JsonObject, UpdateStep } from '@waymark/contracts';
import { amountOf, compileExpression, type Expression } from '@waymark/customer-context';
import type { Run } from '../run.js';
import type { StepKind } from '../step-kind.js';

type Compiled = [name: string, expression: Expression][];

/** `update`: sets traits, adds to counters, emits an event. The instance's next step sees it at once. */
export const update: StepKind<UpdateStep> = {
  compile(_id, step) {
    const set = compileAll(step.set);
    const add = compileAll(step.add);
    const properties = compileAll(step.emit?.properties);
    return {
      acts: true,
      enter(run) {
        const missing: string[] = [];
        const traits = evaluateAll(run, set, missing);
        const counters = numbersOf(evaluateAll(run, add, missing));
        if (set.length + add.length > 0) run.update(traits, counters);
        if (step.emit)
          run.effects.push({ type: 'emit', event: step.emit.event, properties: evaluateAll(run, properties, missing) });
        run.say({
          what: 'updated',
          stepId: run.instance.step,
          set: traits,
          add: counters,
          emitted: step.emit?.event,
          missing,
        });
        return { next: step.next };
      },
    };
  },
  words(trace) {
    if (trace.what !== 'updated') return undefined;
    const parts = Object.entries(trace.set).map(([name, value]) => `sets ${name} to ${JSON.stringify(value)}`);
    parts.push(...Object.entries(trace.add).map(([name, by]) => `adds ${JSON.stringify(by)} to ${name}`));
    if (trace.emitted !== undefined) parts.push(`emits ${trace.emitted}`);
    if (trace.missing.length > 0) parts.push(`leaves out what needs ${trace.missing.join(', ')}`);
    return parts.length === 0 ? 'updates nothing' : parts.join(', ');
  },
};

function compileAll(texts: Readonly<Record<string, string>> | undefined): Compiled {
  return Object.entries(texts ?? {}).map(([name, cel]) => [name, compileExpression(cel)]);
}

/** What has no value (a path is missing) is left out, and said. */
function evaluateAll(run: Run, compiled: Compiled, missing: string[]): JsonObject {
  const values: Record<string, Json> = {};
  for (const [name, expression] of compiled) {
    const { value, missing: paths } = expression.evaluate(run.scope);
    if (value === undefined) missing.push(...paths);
    else values[name] = value;
  }
  return values;
}

function numbersOf(values: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => amountOf(entry[1]) !== undefined),
  );
}
