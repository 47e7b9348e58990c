import type { z } from 'zod';

/**
 * What a schema is made of that describes a type which stands elsewhere: a schema for each of its keys, and for nothing else, as in
 * `z.object({ ... } satisfies ShapeOf<Delivery>)`. A key added to the type and not described does not compile.
 */
export type ShapeOf<T> = { [K in keyof T]-?: z.core.$ZodType<T[K]> };
