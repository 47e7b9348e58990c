-- Writes deliveries; only the partition's owner does, in the transaction that moves its progress. An action stays what
-- was asked for, so that a large one is not written again with every change of state; who gets it by now is the delivery's customer (R61).
-- In: $1 partition, then arrays: $2 action ids, $3 customer ids, $4 channels, $5 classes, $6 categories (json), $7 journey ids, $8 states, $9 due at (ms or null),
-- $10 attempts, $11 journeys they are held for, $12 whether they may have left, $13 settled at (ms or null), $14 reasons, $15 rules, $16 because (json),
-- $17 actions (json), $18 requested at (ms).
insert into dispatch.deliveries
  (partition, action_id, customer_id, channel, class, categories, journey_id, state, due_at, attempt, held_for, may_have_left, settled_at, reason, rule, because, action, requested_at)
select $1, action_id, customer_id, channel, class, categories::json, journey_id, state, due_at, attempt, held_for, may_have_left, settled_at, reason, rule, because::json, action::json, requested_at
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::int[], $11::text[], $12::bool[], $13::bigint[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[])
  as u(action_id, customer_id, channel, class, categories, journey_id, state, due_at, attempt, held_for, may_have_left, settled_at, reason, rule, because, action, requested_at)
on conflict (action_id) do update
  set customer_id = excluded.customer_id, state = excluded.state, due_at = excluded.due_at, attempt = excluded.attempt, held_for = excluded.held_for, may_have_left = excluded.may_have_left,
      settled_at = excluded.settled_at, reason = excluded.reason, rule = excluded.rule, because = excluded.because
