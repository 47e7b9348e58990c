-- When somebody at a door is to be looked at: at once (0) where the door is open again. In: $1 partition, $2 journeys at whose doors people still wait.
select case when journey_id = any($2::text[]) then expires_at else 0 end as due_at from journey.entrants
where partition = $1 order by 1 limit 1
