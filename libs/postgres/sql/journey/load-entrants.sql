-- Those who wait at a door that is open again, or have waited too long. In: $1 partition, $2 journeys at whose doors people still wait, $3 now (ms), $4 most of them.
select id, journey_id as "journeyId", event, expires_at as "expiresAt", origin from journey.entrants
where partition = $1 and (expires_at <= $3 or journey_id <> all($2::text[]))
order by expires_at, id limit $4
