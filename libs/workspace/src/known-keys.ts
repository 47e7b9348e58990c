import type { z } from 'zod';
import { valueAt } from './schema-findings.js';
import type { Path } from './workspace-error.js';

interface AnySchema {
  def: {
    type: string;
    shape?: Record<string, AnySchema>;
    innerType?: AnySchema;
    element?: AnySchema;
    valueType?: AnySchema;
    options?: AnySchema[];
    discriminator?: string;
    values?: unknown[];
    in?: AnySchema;
    getter?: () => AnySchema;
  };
}

/** The keys a schema knows at a path of a value: what to suggest for a misspelt one. */
export function knownKeysAt(schema: z.ZodType, value: unknown): (path: Path) => string[] {
  return (path) => {
    let at: AnySchema[] = [schema];
    for (const [depth, part] of path.entries()) {
      const here = valueAt(value, path.slice(0, depth));
      at = at.flatMap((each) => step(unwrap(each, here), part));
    }
    const here = valueAt(value, path);
    return [...new Set(at.flatMap((each) => unwrap(each, here)).flatMap((each) => Object.keys(each.def.shape ?? {})))];
  };
}

function step(schemas: readonly AnySchema[], part: string | number): AnySchema[] {
  return schemas.flatMap(({ def }) => def.shape?.[String(part)] ?? def.element ?? def.valueType ?? []);
}

/** Looks through optional, default, pipe, lazy and union to what holds keys; a union by kind only at the kind in hand. */
function unwrap(schema: AnySchema, value: unknown): AnySchema[] {
  const { def } = schema;
  if (def.innerType) return unwrap(def.innerType, value);
  if (def.in) return unwrap(def.in, value);
  if (def.getter) return unwrap(def.getter(), value);
  if (!def.options) return [schema];
  const { discriminator } = def;
  const wanted = discriminator === undefined ? undefined : valueAt(value, [discriminator]);
  const fitting = def.options.filter(
    (option) => wanted === undefined || option.def.shape?.[discriminator!]?.def.values?.includes(wanted) === true,
  );
  return fitting.flatMap((option) => unwrap(option, value));
}
