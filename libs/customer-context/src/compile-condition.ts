import { EvaluationError, ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { WaymarkError, type Json } from '@waymark/contracts';
import { celEnvironment } from './cel-environment.js';
import { celScope, valueAt } from './cel-scope.js';
import { operandPaths, pathText, type OperandPath } from './operand-paths.js';
import type { Condition, Expression, Scope } from './scope.js';

const environment = celEnvironment();

/** Compiles a CEL condition. Throws INVALID_RESOURCE for text that is not CEL; types are checked by `checkCondition`. */
export function compileCondition(source: string): Condition {
  const { run, paths } = compile(source);
  return {
    source,
    test(scope) {
      const result = run(scope) === true;
      const operands: { path: string; value: Json }[] = [];
      const missing: string[] = [];
      for (const path of paths) {
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
  const { run, paths } = compile(source);
  return {
    source,
    evaluate(scope) {
      const missing = paths.filter((path) => valueAt(scope, path) === undefined).map(pathText);
      return { value: toJson(run(scope)), missing };
    },
  };
}

function compile(source: string): { run: (scope: Scope) => unknown; paths: readonly OperandPath[] } {
  const program = parse(source);
  const paths = operandPaths(program.ast);
  return { paths, run: (scope) => evaluate(program, celScope(scope, paths)) };
}

function parse(source: string): ParseResult {
  try {
    return environment.parse(source);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new WaymarkError('INVALID_RESOURCE', `"${source}" is not a CEL expression: ${cause.summary}`, { cause });
  }
}

/** R14: what cannot be evaluated (a path that is missing, types that do not fit) has no value; nobody is blocked by it. */
function evaluate(program: ParseResult, scope: Record<string, unknown>): unknown {
  try {
    return program(scope);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

function toJson(value: unknown): Json | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return toJson(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map((item) => toJson(item) ?? null);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item) ?? null]));
  }
  return value as Json | undefined;
}
