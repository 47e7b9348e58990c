import { SERVICES, type CustomerId, type TimelineEntry } from '@waymark/contracts';
import type { TimelineSource } from '@waymark/ports';

/**
 * One customer's timeline over all services: by time, and at one moment in the order in which records travel the ring; but
 * what was decided and delivered stands behind the step that asked for it, and before what came of it.
 */
export class TimelineReader {
  readonly #sources: readonly TimelineSource[];
  readonly #resolve: (id: string) => Promise<CustomerId>;

  /** `resolve` finds the customer of any id; it rejects with NOT_FOUND. */
  constructor(sources: readonly TimelineSource[], resolve: (id: string) => Promise<CustomerId>) {
    this.#sources = sources;
    this.#resolve = resolve;
  }

  async read(id: string, options: { limit: number; journeyId?: string | undefined }): Promise<TimelineEntry[]> {
    const customerId = await this.#resolve(id);
    const parts = await Promise.all(this.#sources.map((source) => source.timeline(customerId, options)));
    const inOrder = parts
      .flat()
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || SERVICES.indexOf(a.service) - SERVICES.indexOf(b.service));
    return answersBehindQuestions(inOrder).slice(-options.limit);
  }
}

/** Moves each answer of a moment behind the step of the same moment that asked for it, by the action's id. */
function answersBehindQuestions(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const placeOf = ({ at, actionId }: TimelineEntry): string => `${at} ${actionId}`;
  const questions = new Set(entries.filter(isQuestion).map(placeOf));
  const isAsked = (entry: TimelineEntry): boolean => isAnswer(entry) && questions.has(placeOf(entry));
  const answers = new Map<string, TimelineEntry[]>();
  for (const entry of entries.filter(isAsked)) {
    answers.set(placeOf(entry), [...(answers.get(placeOf(entry)) ?? []), entry]);
  }
  return entries
    .filter((entry) => !isAsked(entry))
    .flatMap((entry) => (isQuestion(entry) ? [entry, ...(answers.get(placeOf(entry)) ?? [])] : entry));
}

function isQuestion({ service, actionId }: TimelineEntry): boolean {
  return service === 'journey-state' && actionId !== undefined;
}

function isAnswer({ service, actionId }: TimelineEntry): boolean {
  return (service === 'personalization' || service === 'action-dispatch') && actionId !== undefined;
}
