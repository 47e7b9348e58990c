// node scripts/rules.mjs [--check] [--root DIR]
// Writes docs/rules.md: the sentences of docs/rules.json, and the files that name each rule. With --check it writes nothing
// and fails when the page is stale; either way when a rule that is built has no file or no test that names it, or when a
// rule is named that there is not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './install.mjs';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, root: { type: 'string', default: ROOT } },
});

const PAGE = 'docs/rules.md';
/** The page itself, and the spec of this script, which makes rules up. */
const NO_EVIDENCE = new Set([PAGE, 'apps/cli/src/rules-page.spec.ts']);
const SKIPPED = /(^|\/)(dist|node_modules|\.[^/]+)(\/|$)/;
const MAY_NAME_RULES = /\.(ts|mjs|sql|md|yaml)$/;
const NAMED = /\bR(\d+)(?:-R(\d+))?\b/g;

/** What is a test of a rule, or the material of one; the checks of simulated worlds are as good as specs. */
const IS_TEST = /\.(spec|suite)\.ts$|\/testing\/|^e2e\/|^libs\/simulation\/src\/sim\/check\//;
const IS_SCENARIO = /\.scenario\.yaml$/;
const IS_IMPLEMENTATION = /^(libs|apps)\/(?!simulation\/|testkit\/)[^/]+\/(src|sql)\/.*\.(ts|sql)$/;

const read = (path) => readFileSync(join(options.root, path), 'utf8');

function filesThatMayNameRules() {
  return readdirSync(options.root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => MAY_NAME_RULES.test(path) && !SKIPPED.test(path) && !NO_EVIDENCE.has(path))
    .sort();
}

/** The rules a text names; `R34-R36` are three. */
function namedIn(text) {
  return [...text.matchAll(NAMED)].flatMap(([, first, last = first]) =>
    Array.from({ length: last - first + 1 }, (_, i) => `R${Number(first) + i}`),
  );
}

/** The files that implement each rule and those that hold it, and all that name it. */
function evidence() {
  const found = new Map();
  for (const path of filesThatMayNameRules()) {
    const text = read(path);
    const held = IS_TEST.test(path) ? namedIn(text) : IS_SCENARIO.test(path) ? checkedBy(text) : [];
    for (const rule of new Set(namedIn(text))) {
      const of = found.get(rule) ?? { all: [], builtIn: [], heldBy: [] };
      found.set(rule, of);
      of.all.push(path);
      if (held.includes(rule)) of.heldBy.push(path);
      else if (IS_IMPLEMENTATION.test(path) && !IS_TEST.test(path)) of.builtIn.push(path);
    }
  }
  return found;
}

/** A scenario says what it checks in its first comment: `# Checks: R6, R9. …`. */
function checkedBy(text) {
  return namedIn(/^# Checks: .*/.exec(text)?.[0] ?? '');
}

function mistakes(rules, found) {
  const unknown = [...found]
    .filter(([rule]) => !rules.has(rule))
    .map(([rule, { all }]) => `${rule} is named by ${all.join(', ')}, and docs/rules.json has no such rule`);
  const bare = [...rules]
    .filter(([, { built = true }]) => built)
    .flatMap(([rule]) => {
      const { builtIn = [], heldBy = [] } = found.get(rule) ?? {};
      return [
        ...(builtIn.length === 0 ? [`${rule} is built, and no source file names it`] : []),
        ...(heldBy.length === 0 ? [`${rule} is built, and no test or scenario names it`] : []),
      ];
    });
  return [...unknown, ...bare];
}

function sentence({ says, missing, built = true }) {
  if (!built) return `${says} **Not built yet${missing ? `:** ${missing}` : '.**'}`;
  return missing ? `${says} **Not built yet:** ${missing}` : says;
}

/** A link by what tells files apart: the project or folder, and the name. */
function link(path) {
  const folders = path.split('/');
  const project = folders[0] === 'libs' || folders[0] === 'apps' ? folders[1] : folders[0];
  return `[${project}/${basename(path).replace(/\.(ts|yaml)$/, '')}](../${path})`;
}

function page(sections, found) {
  const table = (heads, rows) =>
    [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const told = sections.map(
    ({ section, rules }) =>
      `## ${section}\n\n${table(
        ['rule', 'says'],
        Object.entries(rules).map(([rule, of]) => [rule, sentence(of)]),
      )}`,
  );
  const places = sections
    .flatMap(({ rules }) => Object.entries(rules))
    .filter(([, { built = true }]) => built)
    .map(([rule]) => [rule, found.get(rule)?.builtIn ?? [], found.get(rule)?.heldBy ?? []])
    .map(([rule, builtIn, heldBy]) => [rule, builtIn.map(link).join(', '), heldBy.map(link).join(', ')]);
  return `<!-- Written by scripts/rules.mjs from docs/rules.json and the files that name the rules. -->

# The rules

What a journey, a wait, a cap or a quiet hour exactly does. Code, tests and error messages name these numbers. What is not built yet says so.

${told.join('\n\n')}

P1 to P7, the invariants of the stream processor, are in [how exactly-once works](explanation/exactly-once.md).

## Where they are built, and what holds them

${table(['rule', 'built in', 'held by'], places)}
`;
}

const sections = JSON.parse(read('docs/rules.json'));
const rules = new Map(sections.flatMap((each) => Object.entries(each.rules)));
const found = evidence();
const wanted = page(sections, found);
const problems = mistakes(rules, found);
if (!options.check) writeFileSync(join(options.root, PAGE), wanted);
else if (read(PAGE) !== wanted) problems.push(`${PAGE} is stale: node scripts/rules.mjs writes it`);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
