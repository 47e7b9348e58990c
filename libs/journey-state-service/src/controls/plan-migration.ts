import {
  versionIdSchema,
  WaymarkError,
  type ErrorItem,
  type Journey,
  type MigrationMap,
  type VersionId,
} from '@waymark/contracts';
import { closest, own } from '@waymark/customer-context';
import { z } from 'zod';

const migratedStepSchema = z.object({
  version: z.string(),
  step: z.string(),
  count: z.number().int(),
  to: z.string().describe('a step of the new version, stay or exit'),
  isMapped: z.boolean().describe('false where the map says nothing of the step: then it is stay'),
});

/** What a migration would do with those inside (R22). */
export const migrationPlanSchema = z
  .object({
    to: versionIdSchema,
    steps: z.array(migratedStepSchema),
    moved: z.number().int(),
    stayed: z.number().int(),
    ended: z.number().int(),
  })
  .meta({ id: 'MigrationPlan' });
export type MigrationPlan = z.infer<typeof migrationPlanSchema>;

interface Asked {
  journey: Journey;
  version: VersionId;
  population: readonly { version: string; step: string; count: number }[];
  map: MigrationMap;
}

/** Throws INVALID_BODY for a map that names steps which do not exist. */
export function planMigration({ journey, version, population, map }: Asked): MigrationPlan {
  const others = population.filter((each) => each.version !== version);
  const errors = mistakesOf(map, journey, new Set([...Object.keys(journey.steps), ...others.map(({ step }) => step)]));
  if (errors.length > 0)
    throw new WaymarkError('INVALID_BODY', errors.map(({ detail }) => detail).join('; '), { errors });
  const steps = others.map(({ version: from, step, count }) => {
    const to = own(map, step);
    return { version: from, step, count, to: to ?? 'stay', isMapped: to !== undefined };
  });
  const sum = (fits: (to: string) => boolean): number =>
    steps.filter(({ to }) => fits(to)).reduce((total, { count }) => total + count, 0);
  return {
    to: version,
    steps: steps.sort((a, b) => compare(`${a.version} ${a.step}`, `${b.version} ${b.step}`)),
    moved: sum((to) => to !== 'stay' && to !== 'exit'),
    stayed: sum((to) => to === 'stay'),
    ended: sum((to) => to === 'exit'),
  };
}

function mistakesOf(map: MigrationMap, journey: Journey, from: ReadonlySet<string>): ErrorItem[] {
  const targets = [...Object.keys(journey.steps), 'stay', 'exit'];
  return Object.entries(map).flatMap(([step, to]) => [
    ...unknown({ path: `/map/${step}`, id: step, known: [...from], what: 'step that anybody could be at' }),
    ...unknown({ path: `/map/${step}`, id: to, known: targets, what: 'step in the version that is published' }),
  ]);
}

function unknown(of: { path: string; id: string; known: readonly string[]; what: string }): ErrorItem[] {
  const { path, id, known, what } = of;
  if (known.includes(id)) return [];
  const suggestion = closest(id, known);
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return [{ path, code: 'INVALID_BODY', detail: `"${id}" is no ${what}${hint}` }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
