import type { MessageClass } from '@waymark/contracts';

/** What became of a population; JSON, and the same for the same inputs. Times are ISO 8601 instants. */
export interface SimulationReport {
  population: PopulationFigures;
  journeys: JourneyFigures[];
  channels: ChannelFigures[];
  /** Marketing and service messages of one customer in one week; weeks are counted from the start. */
  perCustomerWeek: WeekFigures;
  offers: OfferFigures[];
  warnings: SimulationWarning[];
}

export interface PopulationFigures {
  /** Made from the seed, and nobody real. */
  synthetic?: { seed: number; days: number };
  customers: number;
  /** Calls taken. */
  events: number;
  /** Of these, those that came before the start: known of the customers, and starting nothing. */
  eventsBeforeStart: number;
  /** Calls that had been taken before, within a day at least. */
  repeated: number;
  /** Calls that stood behind a later one in the file, and so were taken late. */
  outOfOrder: number;
  /** Records that the services refused. */
  refused: number;
  badLines: BadLines;
  start: string;
  lastEvent: string;
  /** Until when time went on after the last event. */
  end: string;
}

/** Lines that are no call. */
export interface BadLines {
  count: number;
  /** The first of them. */
  first: { line: number; reason: string }[];
}

export interface JourneyFigures {
  id: string;
  name?: string | undefined;
  /** Events that reached the door: entered and refused. */
  knocks: number;
  entered: number;
  refused: Record<string, number>;
  hasGoal: boolean;
  converted: number;
  value: number;
  ended: Record<string, number>;
  /** Under way when the simulation ended. */
  inside: number;
  steps: StepFigures[];
  messages: MessageFigures[];
  firstMessage?: string | undefined;
  lastMessage?: string | undefined;
}

export interface StepFigures {
  id: string;
  kind: string;
  arrived: number;
  /** Where the way parts: how many went by each branch, variant, option or outcome. */
  ways: Record<string, number>;
}

/** The messages of one step on one channel. */
export interface MessageFigures {
  step: string;
  channel: string;
  class: MessageClass;
  sent: number;
  failed: number;
  suppressed: { reason: string; rule?: string | undefined; count: number }[];
}

export interface ChannelFigures {
  id: string;
  type: string;
  sent: number;
  failed: number;
  suppressed: number;
  /** Of the suppressed, those that a cap stopped, by the cap. */
  capped: Record<string, number>;
  /** Messages in each hour from the first to the last; empty when there were none. */
  perHour: { from: string; counts: number[] } | undefined;
  peak?: { hour: string; count: number } | undefined;
}

export interface WeekFigures {
  /** Pairs of a customer and a week in which she got any. */
  customerWeeks: number;
  p50: number;
  p95: number;
  max: number;
  /** The customers with the fullest weeks. */
  most: { customer: string; weekFrom: string; messages: number }[];
}

export interface OfferFigures {
  id: string;
  /** How often it was a candidate, by what became of it. */
  reasons: Record<string, number>;
}

export const WARNING_CODES = [
  'NOBODY_ENTERED',
  'STEP_NOT_REACHED',
  'WAY_NOT_TAKEN',
  'MANY_SUPPRESSED',
  'NOTHING_SENT',
  'BAD_LINES',
  'OUT_OF_ORDER',
  'REFUSED_RECORDS',
] as const;

export interface SimulationWarning {
  code: (typeof WARNING_CODES)[number];
  journey?: string;
  step?: string;
  message: string;
}
