/** One thing that a zod schema found wrong; a union's has the mistakes of each of its branches. */
export interface Issue {
  path: readonly PropertyKey[];
  message: string;
  errors?: readonly (readonly Issue[])[];
}

const MISTAKES_MAX = 20;
/** Paths hold what somebody has called her properties. */
const CHARS_MAX = 2_000;

/** What is wrong with a record, in one text of bounded length: every mistake with its place. */
export function recordMistakes(issues: readonly Issue[]): string {
  const all = issues.flatMap(ofTheLikeliest);
  const named = all
    .slice(0, MISTAKES_MAX)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  const left = all.length - named.length;
  const text = [...named, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
  return text.length <= CHARS_MAX ? text : `${text.slice(0, CHARS_MAX)}…`;
}

/**
 * A topic's records are a union by `type`: what is wrong is what is wrong with a record of the type it says it has. The
 * topic's own records come first in it, so they are meant when the type is no help.
 */
function ofTheLikeliest(issue: Issue): readonly Issue[] {
  const branches = issue.errors ?? [];
  if (issue.path.length > 0 || branches.length === 0) return [issue];
  const likeliest = branches.find((branch) => !branch.some(isOfType)) ?? branches[0]!;
  return likeliest.flatMap(ofTheLikeliest);
}

/** Whether a mistake is that the record is of another type; in a union within, that it is of none of its types. */
function isOfType({ path, errors }: Issue): boolean {
  if (path.length > 0) return path.length === 1 && path[0] === 'type';
  return errors !== undefined && errors.length > 0 && errors.every((branch) => branch.some(isOfType));
}
