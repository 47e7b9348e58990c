-- Keeps addresses that must not be used any more. A second report changes nothing, but that a hard bounce goes before a
-- complaint: it holds for more classes (R33).
-- In: arrays: $1 channels, $2 customer ids, $3 reasons, $4 at (ms). One row a channel and customer in one call, so `distinct on`.
insert into dispatch.suppressions as s (channel, customer_id, reason, at)
select distinct on (channel, customer_id) channel, customer_id, reason, at
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as u(channel, customer_id, reason, at)
order by channel, customer_id, (reason = 'hard-bounce') desc
on conflict (channel, customer_id) do update set reason = excluded.reason, at = excluded.at
  where s.reason = 'complaint' and excluded.reason = 'hard-bounce'
