import { EvaluationError, ParseError, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { WaymarkError } from '@waymark/contracts';
import { celEnvironment } from './cel-environment.js';
import { celScope } from './cel-scope.js';
import { operandPaths, type OperandPath } from './operand-paths.js';
import type { Scope } from './scope.js';

/** Values of variables that stand for an item of a list, by name. */
export type Variables = Readonly<Record<string, unknown>>;

/** A CEL text that was parsed once. */
export interface CelSource {
  ast: ASTNode;
  /** What it reads of a scope. */
  paths: readonly OperandPath[];
  /** Its CEL type; `dyn` where that is known only when it is evaluated. */
  type(): string | undefined;
  /** Its CEL value; undefined for what cannot be evaluated. Never throws. */
  run(scope: Scope, variables?: Variables): unknown;
}

const environment = celEnvironment();

/** Parses a CEL text, in which `variables` are known beside the scope. Throws INVALID_RESOURCE for text that is not CEL. */
export function celSource(text: string, variables: readonly string[] = []): CelSource {
  const program = parse(text, variables);
  const paths = operandPaths(program.ast);
  return {
    ast: program.ast,
    paths,
    type: () => program.check().type,
    run: (scope, values) => evaluate(program, { ...celScope(scope, paths), ...values }),
  };
}

function parse(text: string, variables: readonly string[]): ParseResult {
  try {
    if (variables.length === 0) return environment.parse(text);
    const known = celEnvironment();
    for (const name of new Set(variables)) known.registerVariable(name, 'dyn');
    return known.parse(text);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new WaymarkError('INVALID_RESOURCE', `"${text}" is not a CEL expression: ${cause.summary}`, { cause });
  }
}

/**
 * R14: what cannot be evaluated (a path that is missing, types that do not fit, a time zone that is none) has no value;
 * nobody is blocked by it.
 */
function evaluate(program: ParseResult, scope: Record<string, unknown>): unknown {
  try {
    return program(scope);
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof RangeError) return undefined;
    throw error;
  }
}
