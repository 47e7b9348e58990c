import { closest } from '@waymark/customer-context';
import type { z } from 'zod';
import type { Finding, Path } from './workspace-error.js';

type Issue = z.core.$ZodIssue;

/** zod's issues as findings in words: the key that is wrong, what it is, what would be right. */
export function schemaFindings(
  issues: readonly Issue[],
  value: unknown,
  knownKeysAt: (path: Path) => string[],
): Finding[] {
  const findings = issues.flatMap((issue) => finding(issue, value, knownKeysAt));
  const misspelt = new Set(
    findings.flatMap(({ path, suggestion }) =>
      suggestion === undefined ? [] : [keyOf([...path.slice(0, -1), suggestion])],
    ),
  );
  return findings.filter(({ code, path }) => code !== 'MISSING' || !misspelt.has(keyOf(path)));
}

function finding(issue: Issue, value: unknown, knownKeysAt: (path: Path) => string[]): Finding[] {
  const path = issue.path as Path;
  const name = nameOf(path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, knownKeysAt(path)));
  if (issue.code === 'invalid_key') {
    return [
      {
        path,
        atKey: true,
        code: 'INVALID_VALUE',
        message: `${name}: ${issue.issues.map(({ message }) => message).join('; ')}`,
      },
    ];
  }
  if (valueAt(value, path) === undefined)
    return [{ path, code: 'MISSING', message: `${name} is missing: ${words(issue)}` }];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return unionFinding(issue, value, knownKeysAt);
  return [wrongValue(path, value, issue)];
}

function unknownKey(key: string, path: Path, known: readonly string[]): Finding {
  if (known.includes(key))
    return {
      path: [...path, key],
      atKey: true,
      code: 'UNKNOWN_KEY',
      message: `"${key}" does not go together with the other keys of ${nameOf(path)}: it has one or the other`,
    };
  const suggestion = closest(key, known);
  const hint = suggestion === undefined ? `known keys are ${known.join(', ')}` : `did you mean "${suggestion}"?`;
  return {
    path: [...path, key],
    atKey: true,
    code: 'UNKNOWN_KEY',
    message: `"${key}" is not a key of ${nameOf(path)}; ${hint}`,
    suggestion,
  };
}

function wrongValue(path: Path, value: unknown, issue: Issue): Finding {
  const given = valueAt(value, path);
  const suggestion = typeof given === 'string' ? closest(given, choicesOf(issue)) : undefined;
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return {
    path,
    code: 'INVALID_VALUE',
    message: `${nameOf(path)} is ${shown(given)}: ${words(issue)}${hint}`,
    suggestion,
  };
}

/** Of the alternatives, the one that fits best is explained; where none fits at all, all are named. */
function unionFinding(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  knownKeysAt: (path: Path) => string[],
): Finding[] {
  const at = issue.path as Path;
  const alternatives = issue.errors.filter((errors) => errors.length > 0).sort((a, b) => weight(a) - weight(b));
  const best = alternatives[0]!;
  if (best.every(isOff)) {
    const all = [...new Set(alternatives.map((errors) => words(errors.find(isOff)!).replace(/^it must be /, '')))];
    return [
      {
        path: at,
        code: 'INVALID_VALUE',
        message: `${nameOf(at)} is ${shown(valueAt(value, at))}: it must be ${all.join(' or ')}`,
      },
    ];
  }
  return best.flatMap((inner) => finding({ ...inner, path: [...at, ...inner.path] }, value, knownKeysAt));
}

/** Whether an alternative is not even of the kind of value that is there. */
function isOff(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys';
}

/** A wrong type altogether is further off than a wrong key. */
function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (isOff(issue) ? 10 : 1), 0);
}

function words(issue: Issue): string {
  const choices = choicesOf(issue);
  if (choices.length > 0)
    return `it must be ${choices.length > 3 ? `one of ${choices.join(', ')}` : choices.join(' or ')}`;
  switch (issue.code) {
    case 'invalid_type':
      return `it must be ${article(issue.expected)}`;
    case 'too_small':
      return `${SIZES[issue.origin] ?? 'it must be'} ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${SIZES[issue.origin] ?? 'it must be'} at most ${issue.maximum}`;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'it must be an instant with its offset, such as 2026-03-27T17:00:00Z'
        : issue.message;
    default:
      return issue.message;
  }
}

const SIZES: Readonly<Record<string, string>> = {
  string: 'its length must be',
  array: 'the number of its items must be',
};

/** The values there are to choose from: of an enumeration, or the kinds of a union. */
function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.map(String)
    : [];
}

function nameOf(path: Path): string {
  return path.length === 0 ? 'the resource' : `"${path.join('.')}"`;
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function article(type: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    object: 'a group of keys',
    record: 'a group of keys',
    array: 'a list',
    boolean: 'true or false',
  };
  return names[type] ?? type;
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[String(part)] : undefined),
    value,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
