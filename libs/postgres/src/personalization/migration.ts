import { batchTables } from '../batch/batch-tables.js';

export const PERSONALIZATION_TABLES = [
  ...batchTables('personalization'),
  // `counted` is what of the candidates is counted: the sentences in a decision quote customers, and may hold escapes (of NUL,
  // of half a surrogate pair) that PostgreSQL keeps but cannot look into.
  `create table personalization.decisions (
    decision_id text primary key,
    customer_id text not null,
    at bigint not null,
    decision json not null,
    counted json not null
  )`,
  `create index decisions_of_customer on personalization.decisions (customer_id, at)`,
  `create table personalization.offers_made (
    decision_id text not null,
    offer_id text not null,
    customer_id text not null,
    strategy text not null,
    at bigint not null,
    undo_until bigint,
    undone_at bigint,
    primary key (decision_id, offer_id)
  )`,
  `create index offers_made_to on personalization.offers_made (customer_id, at)`,
];
