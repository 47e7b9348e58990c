import { z } from 'zod';

/** What every resource id, step id and option id looks like. */
export const resourceIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'an id has 1 to 63 small letters, digits and hyphens and begins with a letter or digit',
  )
  .refine((id) => id !== 'constructor', 'constructor is a name that every object has already');

/** A CEL expression; its types are checked by the workspace library. */
export const conditionSchema = z.string().min(1).meta({ format: 'cel' });

/** Minute, hour, day of the month, month and weekday, as cron has them; parsed by the workspace library. */
export const cronSchema = z.string().min(1).meta({ format: 'cron' });

/** Days of each unit at most; a duration longer than a lifetime is a mistake, and calendars end somewhere. */
const UNIT_DAYS = [366, 31, 7, 1, 1 / 24, 1 / 1440, 1 / 86_400];
const DURATION_YEARS_MAX = 100;
/** Years, months, weeks, days, hours, minutes and seconds, in this order. */
export const DURATION_PATTERN =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

function isAtMostALifetime(duration: string): boolean {
  const numbers = DURATION_PATTERN.exec(duration)?.slice(1) ?? [];
  const days = numbers.reduce((sum, number, i) => sum + Number(number ?? 0) * UNIT_DAYS[i]!, 0);
  return days <= DURATION_YEARS_MAX * 366;
}

/** ISO 8601 duration: days and longer are calendar units in the customer's zone, hours and shorter are exact. */
export const durationSchema = z
  .string()
  .regex(DURATION_PATTERN, 'a duration is written as in ISO 8601, such as PT30M, PT1H or P1D')
  .refine(isAtMostALifetime, `a duration has at most ${DURATION_YEARS_MAX} years`);

/** Local time of day, `HH:MM`. */
export const localTimeSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written as "HH:MM", such as "09:00"');

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const weekdaySchema = z.enum(WEEKDAYS);
export type Weekday = z.infer<typeof weekdaySchema>;

/** An IANA zone name, or `customer` for the zone in her context. */
export const zoneSchema = z.string().min(1);

/** R33: what applies to a message follows from its class alone. */
export const messageClassSchema = z.enum(['marketing', 'service', 'transactional', 'legal']);
export type MessageClass = z.infer<typeof messageClassSchema>;

/** The four strategies, by rising share of the decision that the company takes; also the levels of a customer's agency. */
export const STRATEGIES = ['respond', 'curate', 'coach', 'automate'] as const;
export const strategySchema = z.enum(STRATEGIES);
export type Strategy = z.infer<typeof strategySchema>;

/** Keys that any resource may carry, for the people who read it. */
export const descriptive = {
  description: z.string().optional(),
  stage: z.string().optional(),
  touchpoint: z.string().optional(),
  job: z.string().optional(),
  owner: z.string().optional(),
  tags: z.array(z.string()).optional(),
};
