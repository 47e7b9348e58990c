/**
 * Walks through all instances of the partitions that are this process's, a page at a time, for ever:
 *
 *   (not owned) --owned--> walking, page after page --the last page--> resting --> walking
 *        ^                              |                                 |
 *        '---------- not owned any more: what it found is forgotten ------'
 *
 * - One page at a time, of one partition, the partitions in turn: what it costs is bounded, however many there are.
 * - A page that cannot be read changes nothing: the walk goes on where it is.
 * - What is broken is what the last whole round has found, or more if this round has found more already: a number rises at
 *   once and falls when a round has seen that nothing of it is left.
 */
import { instantSchema, type EpochMs } from '@waymark/contracts';
import { z } from 'zod';
import type { Inspector } from './inspector.js';
import { findingSchema, REASONS, type Finding, type Reason } from './reasons.js';

/** Instances of one page. */
const PAGE_MAX = 200;
/** Findings kept of each partition; all are counted. */
const KEPT_MAX = 100;
/** Between the beginnings of two rounds in a partition, in milliseconds. */
const ROUND_MS_MIN = 60_000;

interface Round {
  beganAt: EpochMs;
  checked: number;
  counts: Map<Reason, number>;
  kept: Finding[];
}

interface Walked {
  after: string;
  now: Round;
  last: Round | undefined;
}

/** What a walk has found in one partition. */
export const walkReportSchema = z
  .object({
    partition: z.number().int(),
    lastRound: z
      .object({ beganAt: instantSchema, checked: z.number().int() })
      .optional()
      .describe('when it began, and how many instances it has looked at; absent before the first'),
    findings: z.array(findingSchema).describe('the newest, a hundred at most'),
  })
  .meta({ id: 'WalkReport' });
export type WalkReport = z.infer<typeof walkReportSchema>;

export class InstanceWalk {
  readonly #inspector: Pick<Inspector, 'page' | 'doors'>;
  #walked = new Map<number, Walked>();
  #turn = 0;

  constructor(inspector: Pick<Inspector, 'page' | 'doors'>) {
    this.#inspector = inspector;
  }

  /** Looks at the next page of the partition whose turn it is. `now` is real time: it paces the rounds. */
  async step(owned: readonly number[], now: EpochMs): Promise<void> {
    this.#walked = new Map([...this.#walked].filter(([partition]) => owned.includes(partition)));
    const partition = this.#next(owned, now);
    if (partition === undefined) return;
    const walked = this.#walked.get(partition) ?? { after: '', now: newRound(now), last: undefined };
    this.#walked.set(partition, walked);
    const { findings, checked, next } = await this.#inspector.page({ partition, after: walked.after, max: PAGE_MAX });
    const doors = next === undefined ? await this.#inspector.doors(partition) : [];
    add(walked.now, checked, [...findings, ...doors]);
    walked.after = next ?? '';
    if (next !== undefined) return;
    walked.last = walked.now;
    walked.now = newRound(now + ROUND_MS_MIN);
  }

  /** How many are broken, by reason: all reasons, also those of which there is none. */
  broken(): { reason: Reason; count: number }[] {
    return (Object.keys(REASONS) as Reason[]).map((reason) => ({
      reason,
      count: [...this.#walked.values()].reduce((sum, { now, last }) => {
        return sum + Math.max(now.counts.get(reason) ?? 0, last?.counts.get(reason) ?? 0);
      }, 0),
    }));
  }

  report(): WalkReport[] {
    return [...this.#walked].map(([partition, { now, last }]) => ({
      partition,
      ...(last && { lastRound: { beganAt: new Date(last.beganAt).toISOString(), checked: last.checked } }),
      findings: distinct([...(last?.kept ?? []), ...now.kept]).slice(-KEPT_MAX),
    }));
  }

  /** The next partition in turn that does not rest. */
  #next(owned: readonly number[], now: EpochMs): number | undefined {
    for (let i = 0; i < owned.length; i += 1) {
      const partition = owned[(this.#turn + i) % owned.length]!;
      if ((this.#walked.get(partition)?.now.beganAt ?? 0) > now) continue;
      this.#turn = (this.#turn + i + 1) % owned.length;
      return partition;
    }
    return undefined;
  }
}

function newRound(beganAt: EpochMs): Round {
  return { beganAt, checked: 0, counts: new Map(), kept: [] };
}

function add(round: Round, checked: number, findings: readonly Finding[]): void {
  round.checked += checked;
  for (const { reason } of findings) round.counts.set(reason, (round.counts.get(reason) ?? 0) + 1);
  round.kept = [...round.kept, ...findings].slice(-KEPT_MAX);
}

/** Each once, as it was found last. */
function distinct(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ reason, instanceId, journeyId }: Finding): string =>
    JSON.stringify([reason, instanceId ?? journeyId]);
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}
