-- The earliest timer of a partition that runs. In: $1 partition, $2 journeys whose timers stand still.
select due_at from journey.instances
where partition = $1 and due_at is not null and journey_id <> all($2::text[])
order by due_at limit 1
