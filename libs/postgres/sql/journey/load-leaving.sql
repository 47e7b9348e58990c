-- Who of customers that are given up for others (R61) waits at which doors. In: $1 partition, $2 their ids.
select id, journey_id as "journeyId", event, expires_at as "expiresAt", origin from journey.entrants
where partition = $1 and customer_id = any($2::text[])
order by expires_at, id
