import { dueAtOf, isOpen, type Instance } from '@waymark/journey-engine';
import {
  NOT_ELIGIBLE_MAX,
  type BatchCommit,
  type JourneyChanges,
  type JourneyCount,
  type QueuedEntrant,
  type VariantCount,
} from '@waymark/ports';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const UPSERT_INSTANCES = loadSql('journey/upsert-instances');
const UPSERT_LEDGERS = loadSql('journey/upsert-ledgers');
const INSERT_ASSIGNMENTS = loadSql('journey/insert-assignments');
const INSERT_HISTORY = loadSql('journey/insert-history');
const KEEP_NOT_ELIGIBLE = loadSql('journey/keep-not-eligible');
const ADD_COUNTS = loadSql('journey/add-counts');
const ADD_VARIANT_COUNTS = loadSql('journey/add-variant-counts');
const UPSERT_RECENT = loadSql('journey/upsert-recent-events');
const TAKE_PLACES = loadSql('journey/take-places');
const INSERT_ENTRANTS = loadSql('journey/insert-entrants');
const INSERT_MOVES = loadSql('journey/insert-moves');
const UPSERT_JOB = loadSql('journey/upsert-job');

/** The statements of a batch's changes, one for each table that they touch. */
export function journeyStatements(changes: JourneyChanges, commit: Commit): Statement[] {
  return [ofInstances, ofHistory, ofResults, ofMemory, ofControls].flatMap((of) => of(changes, commit));
}

type Commit = BatchCommit<JourneyChanges>;

function ofInstances({ removed, instances, ledgers, assignments }: JourneyChanges, { partition }: Commit): Statement[] {
  const statements: Statement[] = [];
  if (removed.length > 0)
    statements.push({ text: 'delete from journey.instances where id = any($1::text[])', values: [removed] });
  if (instances.length > 0)
    statements.push({ text: UPSERT_INSTANCES, values: [partition, ...instanceColumns(instances)] });
  if (ledgers.length > 0) statements.push({ text: UPSERT_LEDGERS, values: ledgerColumns(ledgers) });
  if (assignments.length > 0)
    statements.push({ text: INSERT_ASSIGNMENTS, values: assignmentColumns(oneEach(assignments)) });
  return statements;
}

function ofHistory({ history, notEligible }: JourneyChanges, { partition, to }: Commit): Statement[] {
  const statements: Statement[] = [];
  if (history.length > 0) {
    const customers = history.map(({ customerId }) => customerId);
    const entries = history.map((each) => JSON.stringify(each.entries));
    statements.push({ text: INSERT_HISTORY, values: [partition, to.version, customers, entries] });
  }
  if (notEligible.length > 0)
    statements.push({ text: KEEP_NOT_ELIGIBLE, values: [NOT_ELIGIBLE_MAX, ...refusalColumns(notEligible)] });
  return statements;
}

function ofResults({ counts, variants }: JourneyChanges, { partition }: Commit): Statement[] {
  const statements: Statement[] = [];
  if (counts.length > 0) statements.push({ text: ADD_COUNTS, values: [partition, ...countColumns(counts)] });
  if (variants.length > 0)
    statements.push({ text: ADD_VARIANT_COUNTS, values: [partition, ...variantColumns(variants)] });
  return statements;
}

function ofMemory({ recent, places, moves }: JourneyChanges, { partition, now }: Commit): Statement[] {
  const statements: Statement[] = [];
  if (recent.length > 0) statements.push({ text: UPSERT_RECENT, values: [partition, now, ...recentColumns(recent)] });
  if (places.length > 0)
    statements.push({
      text: TAKE_PLACES,
      values: [
        places.map(({ journeyId }) => journeyId),
        places.map(({ expected }) => expected),
        places.map(({ since }) => since),
        places.flatMap(({ journeyId, enteredAt }) => enteredAt.map(() => journeyId)),
        places.flatMap(({ enteredAt }) => enteredAt),
      ],
      writes: { rows: places.length, of: 'entry cap' },
    });
  if (moves.given.length > 0)
    statements.push({
      text: INSERT_MOVES,
      values: [
        moves.given.map(({ id }) => id),
        moves.given.map(({ to }) => to),
        moves.given.map((move) => JSON.stringify(move)),
      ],
    });
  if (moves.taken.length > 0)
    statements.push({ text: 'delete from journey.moves where id = any($1::text[])', values: [moves.taken] });
  return statements;
}

function ofControls({ entrants, job }: JourneyChanges, { partition }: Commit): Statement[] {
  const statements: Statement[] = [];
  if (entrants.queued.length > 0)
    statements.push({ text: INSERT_ENTRANTS, values: [partition, ...entrantColumns(entrants.queued)] });
  if (entrants.gone.length > 0)
    statements.push({ text: 'delete from journey.entrants where id = any($1::text[])', values: [entrants.gone] });
  if (job)
    statements.push({
      text: UPSERT_JOB,
      values: [partition, job.jobId, job.cursor, job.isDone, JSON.stringify(job.counts), job.nextAt],
    });
  return statements;
}

function refusalColumns(notEligible: JourneyChanges['notEligible']): unknown[] {
  return [
    notEligible.map(({ customerId }) => customerId),
    notEligible.map(({ entries }) => Date.parse(entries.at(-1)!.at)),
    notEligible.map(({ entries }) => JSON.stringify(entries.slice(-NOT_ELIGIBLE_MAX))),
  ];
}

function ledgerColumns(ledgers: JourneyChanges['ledgers']): unknown[] {
  return [
    ledgers.map(({ customerId }) => customerId),
    ledgers.map(({ journeyId }) => journeyId),
    ledgers.map(({ correlationKey }) => correlationKey),
    ledgers.map(({ ledger }) => JSON.stringify(ledger)),
  ];
}

/** One of each customer and seed: the first variant, exposed if any of them is. */
function oneEach(assignments: JourneyChanges['assignments']): JourneyChanges['assignments'] {
  const each = new Map<string, JourneyChanges['assignments'][number]>();
  for (const given of assignments) {
    const key = JSON.stringify([given.customerId, given.seed]);
    const first = each.get(key) ?? given;
    each.set(key, { ...first, exposed: first.exposed || given.exposed || false });
  }
  return [...each.values()];
}

function assignmentColumns(assignments: JourneyChanges['assignments']): unknown[] {
  return [
    assignments.map(({ customerId }) => customerId),
    assignments.map(({ seed }) => seed),
    assignments.map(({ variant }) => variant),
    assignments.map(({ epoch = 1 }) => epoch),
    assignments.map(({ exposed = false }) => exposed),
  ];
}

function instanceColumns(instances: readonly Instance[]): unknown[] {
  return [
    instances.map(({ id }) => id),
    instances.map(({ journeyId }) => journeyId),
    instances.map(({ version }) => version),
    instances.map(({ customerId }) => customerId),
    instances.map(({ correlationKey }) => correlationKey),
    instances.map(({ ordinal }) => ordinal),
    instances.map(({ step }) => step),
    instances.map(({ status }) => status === 'active'),
    instances.map(({ exclusive = false }) => exclusive),
    instances.map(isOpen),
    instances.map((instance) => dueAtOf(instance) ?? null),
    instances.map(({ enteredAt }) => Date.parse(enteredAt)),
    instances.map(({ endedAt }) => (endedAt === undefined ? null : Date.parse(endedAt))),
    instances.map((instance) => JSON.stringify(instance)),
  ];
}

function entrantColumns(entrants: readonly QueuedEntrant[]): unknown[] {
  return [
    entrants.map(({ id }) => id),
    entrants.map(({ journeyId }) => journeyId),
    entrants.map(({ event }) => event.customerId),
    entrants.map(({ event }) => JSON.stringify(event)),
    entrants.map(({ expiresAt }) => expiresAt),
    entrants.map(({ origin }) => origin ?? null),
  ];
}

function recentColumns(recent: JourneyChanges['recent']): unknown[] {
  return [
    recent.map(({ customerId }) => customerId),
    recent.map(({ events }) => JSON.stringify(events)),
    recent.map(({ keepUntil }) => keepUntil),
  ];
}

function countColumns(counts: readonly JourneyCount[]): unknown[] {
  return [
    counts.map(({ journeyId }) => journeyId),
    counts.map(({ version }) => version),
    counts.map(({ what }) => what),
    counts.map(({ key }) => key),
    counts.map(({ count }) => count),
    counts.map(({ value }) => value),
  ];
}

function variantColumns(variants: readonly VariantCount[]): unknown[] {
  return [
    variants.map(({ journeyId }) => journeyId),
    variants.map(({ version }) => version),
    variants.map(({ stepId }) => stepId),
    variants.map(({ variant }) => variant),
    variants.map(({ epoch }) => epoch),
    variants.map(({ entered }) => entered),
    variants.map(({ exposed }) => exposed),
    variants.map(({ converted }) => converted),
    variants.map(({ value }) => value),
  ];
}
