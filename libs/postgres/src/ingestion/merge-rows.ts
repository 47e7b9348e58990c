import type { CustomerId, EpochMs } from '@waymark/contracts';
import { MERGE_GRACE_MS, type IdentityChange, type Merge, type MergeChanges } from '@waymark/ports';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const INSERT_MERGES = loadSql('ingestion/insert-merges');
const UNDO_MERGES = loadSql('ingestion/undo-merges');
const UPSERT_IDENTITIES = loadSql('ingestion/upsert-identities');
const DELETE_IDENTITIES = loadSql('ingestion/delete-identities');

export const SELECT_MERGES =
  'select id, from_id, to_id, at, undo_until, undone_at, links, before from ingestion.merges';

export interface MergeRow {
  id: string;
  from_id: CustomerId;
  to_id: CustomerId;
  at: EpochMs;
  undo_until: EpochMs;
  undone_at: EpochMs | null;
  links: Merge['links'];
  before: Merge['before'] | null;
}

export function mergeOf({ id, links, at, before, ...row }: MergeRow): Merge {
  return {
    id,
    from: row.from_id,
    to: row.to_id,
    at,
    undoUntil: row.undo_until,
    ...(row.undone_at !== null && { undoneAt: row.undone_at }),
    links,
    ...(before && { before }),
  };
}

/** What a batch changes of whom ids mean. */
export function identityStatements(identities: readonly IdentityChange[]): Statement[] {
  const linked = identities.filter(({ customerId }) => customerId !== null);
  const freed = identities.filter(({ customerId }) => customerId === null);
  const statements: Statement[] = [];
  if (linked.length > 0)
    statements.push({
      text: UPSERT_IDENTITIES,
      values: [
        linked.map(({ key }) => key),
        linked.map(({ customerId }) => customerId),
        linked.map(({ expected }) => expected),
      ],
      writes: { rows: linked.length, of: 'identity' },
    });
  if (freed.length > 0)
    statements.push({
      text: DELETE_IDENTITIES,
      values: [freed.map(({ key }) => key), freed.map(({ expected }) => expected)],
      writes: { rows: freed.length, of: 'identity' },
    });
  return statements;
}

export function mergeStatements({ made, undone }: MergeChanges, now: EpochMs): Statement[] {
  const statements: Statement[] = [];
  if (made.length > 0) statements.push({ text: INSERT_MERGES, values: [now - MERGE_GRACE_MS, ...mergeColumns(made)] });
  if (undone.length > 0)
    statements.push({
      text: UNDO_MERGES,
      values: [undone.map(({ id }) => id), undone.map(({ at }) => at)],
      writes: { rows: undone.length, of: 'merge' },
    });
  return statements;
}

function mergeColumns(merges: readonly Merge[]): unknown[] {
  return [
    merges.map(({ id }) => id),
    merges.map(({ from }) => from),
    merges.map(({ to }) => to),
    merges.map(({ at }) => at),
    merges.map(({ undoUntil }) => undoUntil),
    merges.map(({ links }) => JSON.stringify(links)),
    merges.map(({ before }) => JSON.stringify(before)),
  ];
}
