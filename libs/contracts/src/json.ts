import { z } from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** A JSON object. */
export type JsonObject = { [key: string]: Json };

export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** ISO 8601 instant with offset. */
export const instantSchema = z.iso.datetime({ offset: true });
