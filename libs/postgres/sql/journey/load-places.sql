-- How many have entered journeys within the windows of their caps, over all partitions. In: arrays: $1 journey ids, $2 since when (ms), excluded.
-- Out: the version that these numbers are of; whoever enters by them raises it, or has to count anew.
select w.journey_id as "journeyId", coalesce(c.version, 0)::bigint as version,
  (select count(*) from journey.places p where p.journey_id = w.journey_id and p.entered_at > w.since)::bigint as taken
from unnest($1::text[], $2::bigint[]) as w(journey_id, since) left join journey.entry_caps c using (journey_id)
