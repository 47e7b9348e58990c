import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** How a caller shows who it is: by a bearer token where nothing is said and a role is asked for. */
export type ShownBy = 'writeKey' | 'signature';

/** What a route is, beside what its controller says already. */
export interface OperationTerms<S extends z.ZodType = z.ZodType> {
  /** The schema of its answer: JSON, or text where it is `z.string()`, or no body at all where it is `z.void()`. */
  answer: S;
  /** Statuses besides its usual one with which it answers the same. */
  also?: readonly number[];
  by?: ShownBy;
}

/** What the API's description says of a route beside what the route itself says. */
export interface OperationWords extends OperationTerms {
  summary: string;
}

/** A decorator for routes that answer what a schema says, and for no others. */
type Answering<S extends z.ZodType> = <M extends (...args: never[]) => z.output<S> | Promise<z.output<S>>>(
  target: object,
  name: string | symbol,
  route: TypedPropertyDescriptor<M>,
) => void;

export const OPERATION_KEY = 'waymark:operation';

/**
 * Says what a route is for and what it answers, in the API's description; everything else there is read from the route. The compiler
 * refuses an answer that is not what the route returns; while the program runs, answers are not parsed.
 */
export function Operation<S extends z.ZodType>(summary: string, terms: OperationTerms<S>): Answering<S> {
  return SetMetadata(OPERATION_KEY, { summary, ...terms } satisfies OperationWords);
}
