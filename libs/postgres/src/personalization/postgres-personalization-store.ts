import type { CustomerId, Decision, DecisionId, EpochMs } from '@waymark/contracts';
import type { OfferMade, PersonalizationChanges, PersonalizationStore } from '@waymark/ports';
import { PostgresBatchStore, type PostgresStoreOptions } from '../batch/postgres-batch-store.js';
import type { Statement } from '../batch/statement.js';
import { loadSql } from '../load-sql.js';

const INSERT_DECISIONS = loadSql('personalization/insert-decisions');
const INSERT_MADE = loadSql('personalization/insert-offers-made');
const MARK_UNDONE = loadSql('personalization/mark-undone');

export class PostgresPersonalizationStore
  extends PostgresBatchStore<PersonalizationChanges>
  implements PersonalizationStore
{
  constructor(options: PostgresStoreOptions) {
    super('personalization', options);
  }

  async offersMade(customerIds: readonly CustomerId[], since: EpochMs): Promise<OfferMade[]> {
    const rows = await this.rows<OfferMade & { undoUntil: number | null; undoneAt: number | null }>(
      `select decision_id as "decisionId", customer_id as "customerId", offer_id as "offerId", strategy, at, undo_until as "undoUntil", undone_at as "undoneAt"
       from personalization.offers_made where customer_id = any($1::text[]) and at >= $2`,
      [customerIds, since],
    );
    return rows.map(({ undoUntil, undoneAt, ...made }) => ({
      ...made,
      undoUntil: undoUntil ?? undefined,
      undoneAt: undoneAt ?? undefined,
    }));
  }

  async saveDecision(decision: Decision): Promise<void> {
    await this.rows(INSERT_DECISIONS, decisionColumns([decision]));
  }

  async decision(id: DecisionId): Promise<Decision | undefined> {
    const [row] = await this.rows<{ decision: Decision }>(
      'select decision from personalization.decisions where decision_id = $1',
      [id],
    );
    return row?.decision;
  }

  async decisions(customerId: CustomerId, limit: number): Promise<Decision[]> {
    const rows = await this.rows<{ decision: Decision }>(
      'select decision from personalization.decisions where customer_id = $1 order by at desc, decision_id collate "C" limit $2',
      [customerId, limit],
    );
    return rows.map(({ decision }) => decision);
  }

  candidateCounts(): ReturnType<PersonalizationStore['candidateCounts']> {
    return this.rows(
      `select c->>'offerId' as "offerId", c->>'reason' as reason, count(*)::bigint as count
       from personalization.decisions, json_array_elements(counted) as c group by 1, 2 order by 1, 2`,
      [],
    );
  }

  protected statementsOf({ decisions, made, undone }: PersonalizationChanges): Statement[] {
    const statements: Statement[] = [];
    if (decisions.length > 0) statements.push({ text: INSERT_DECISIONS, values: decisionColumns(decisions) });
    if (made.length > 0) statements.push({ text: INSERT_MADE, values: madeColumns(made) });
    if (undone.length > 0) statements.push({ text: MARK_UNDONE, values: undoneColumns(undone) });
    return statements;
  }
}

function madeColumns(made: PersonalizationChanges['made']): unknown[] {
  return [
    made.map(({ decisionId }) => decisionId),
    made.map(({ offerId }) => offerId),
    made.map(({ customerId }) => customerId),
    made.map(({ strategy }) => strategy),
    made.map(({ at }) => at),
    made.map(({ undoUntil }) => undoUntil ?? null),
  ];
}

function undoneColumns(undone: PersonalizationChanges['undone']): unknown[] {
  return [undone.map(({ decisionId }) => decisionId), undone.map(({ offerId }) => offerId), undone.map(({ at }) => at)];
}

function decisionColumns(decisions: readonly Decision[]): unknown[] {
  return [
    decisions.map(({ decisionId }) => decisionId),
    decisions.map(({ customerId }) => customerId),
    decisions.map(({ at }) => Date.parse(at)),
    decisions.map((decision) => JSON.stringify(decision)),
    decisions.map(({ candidates }) => JSON.stringify(candidates.map(({ offerId, reason }) => ({ offerId, reason })))),
  ];
}
