import { ParseError, type ParseResult, type TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { closest } from './closest.js';
import { celEnvironment, isObject, type ScopeTypes } from './cel-environment.js';
import type { JsonObject } from '@waymark/contracts';
import { overloadInWords, typeInWords } from './types-in-words.js';

/** One thing wrong with a CEL text; `column` counts from 0 in the text. */
export interface ConditionProblem {
  message: string;
  column?: number;
  suggestion?: string;
}

/**
 * Checks a CEL text against the schemas known: syntax, unknown variables and properties (with the closest known name),
 * types. A condition must also be true or false; an expression may be anything.
 */
export function checkCondition(
  source: string,
  types: ScopeTypes,
  as: 'condition' | 'expression' = 'condition',
): ConditionProblem[] {
  let program: ParseResult;
  try {
    program = celEnvironment(types).parse(source);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return [
      { message: `not a CEL expression: ${error.summary}${equality(error.summary)}`, column: error.range?.start },
    ];
  }
  const checked = program.check();
  if (!checked.valid) return [explain(checked.error!, source, types)];
  if (as === 'condition' && checked.type !== 'bool' && checked.type !== 'dyn') {
    return [{ message: `a condition must be true or false, this is ${typeInWords(checked.type ?? 'dyn')}`, column: 0 }];
  }
  return [];
}

function explain(error: ParseError | CelTypeError, source: string, types: ScopeTypes): ConditionProblem {
  const column = error.range?.start;
  const key = /^No such key: (.+)$/.exec(error.summary)?.[1];
  const variable = /^Unknown variable: (.+)$/.exec(error.summary)?.[1];
  if (key !== undefined) {
    const suggestion = closest(key, namesNear(source, types));
    return {
      message: `there is no "${key}" here${suggestion ? `; did you mean "${suggestion}"?` : ''}`,
      column,
      suggestion,
    };
  }
  if (variable !== undefined) {
    const known = ['event', 'entry', 'customer', 'steps', 'now'];
    const suggestion = closest(variable, known);
    return {
      message: `"${variable}" is not known; a condition can read ${known.join(', ')}, and a text is written in quotes`,
      column,
      suggestion,
    };
  }
  return { message: overloadInWords(error.summary), column };
}

function equality(summary: string): string {
  return summary === 'Unexpected character: =' ? '; "is equal to" is written ==' : '';
}

/** All names that could have been meant: properties of the schemas, and what a customer has. */
function namesNear(source: string, types: ScopeTypes): string[] {
  const names = ['name', 'properties', 'timestamp', 'messageId'];
  if (source.includes('customer'))
    names.push(
      'id',
      'traits',
      'counters',
      'lastSeen',
      'orders',
      'count',
      'value',
      'firstAt',
      'lastAt',
      'segments',
      'consents',
      'agency',
      'stage',
      'journeys',
      'contacts',
    );
  for (const schema of [types.eventProperties, types.entryProperties, types.traits])
    names.push(...propertyNames(schema));
  return names;
}

function propertyNames(schema: JsonObject | undefined): string[] {
  const properties = schema?.['properties'];
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, of]) => [name, ...(isObject(of) ? propertyNames(of) : [])]);
}
