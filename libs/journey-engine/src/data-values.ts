import type { JsonObject } from '@waymark/contracts';
import { compileExpression } from '@waymark/customer-context';
import type { Run } from './run.js';

/** Compiles the values that a step passes on; each is null where it has none (R14). */
export function compileData(texts: Readonly<Record<string, string>> = {}): (run: Run) => JsonObject {
  const expressions = Object.entries(texts).map(([name, cel]) => ({ name, expression: compileExpression(cel) }));
  return (run) =>
    Object.fromEntries(expressions.map(({ name, expression }) => [name, expression.evaluate(run.scope).value ?? null]));
}
