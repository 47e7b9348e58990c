import type { Json } from '@waymark/contracts';
import { valueAt } from './cel-scope.js';
import { celSource } from './cel-source.js';
import { pathText, type OperandPath } from './operand-paths.js';
import type { Condition, Expression, Scope } from './scope.js';

/** What a trace tells of: not a root alone, which can be a whole context. */
function isTold(path: OperandPath): boolean {
  return path.length > 1 || path[0] === 'now';
}

/** Compiles a CEL condition. Throws INVALID_RESOURCE for text that is not CEL; types are checked by `checkCondition`. */
export function compileCondition(source: string): Condition {
  const { run, told } = compile(source);
  return {
    source,
    test(scope) {
      const result = run(scope) === true;
      const operands: { path: string; value: Json }[] = [];
      const missing: string[] = [];
      for (const path of told) {
        const value = valueAt(scope, path);
        if (value === undefined) missing.push(pathText(path));
        else operands.push({ path: pathText(path), value });
      }
      return { condition: source, result, operands, missing };
    },
  };
}

/** Compiles a CEL expression for its value. Throws INVALID_RESOURCE for text that is not CEL. */
export function compileExpression(source: string): Expression {
  const { run, told } = compile(source);
  return {
    source,
    evaluate(scope) {
      const missing = told.filter((path) => valueAt(scope, path) === undefined).map(pathText);
      return { value: toJson(run(scope)), missing };
    },
  };
}

function compile(source: string): { run: (scope: Scope) => unknown; told: readonly OperandPath[] } {
  const { paths, run } = celSource(source);
  return { told: paths.filter(isTold), run };
}

/** A CEL value as JSON; undefined for what has no form in it: a duration, bytes, what is no finite number or no date. */
function toJson(value: unknown): Json | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Map) return toJson(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (typeof value !== 'object' || value === null) return value as Json | undefined;
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item) ?? null]));
}
