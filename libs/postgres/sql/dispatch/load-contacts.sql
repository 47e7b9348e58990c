-- What counts under the caps of customers: messages handed over or on their way (R34, R35).
-- In: $1 customer ids, $2 since (ms).
select customer_id as "customerId", channel, class, categories, journey_id as "journeyId", coalesce(settled_at, due_at) as at
from dispatch.deliveries
where customer_id = any($1::text[]) and state in ('claimed', 'retrying', 'sent', 'unknown') and class in ('marketing', 'service')
  and coalesce(settled_at, due_at) >= $2
