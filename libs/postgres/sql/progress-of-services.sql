-- How far each service has come in each partition it has ever saved, with the workspace revision used there and the batches
-- whose outputs are not yet known to be in the log. Out: service, partition, next_offset, revision, outbox.
select s.service, s.partition, s.next_offset, coalesce(s.revision, 0) as revision, s.outbox
from (
  select 'ingestion' as service, partition, next_offset, revision,
    (select count(*)::int from ingestion.outbox o where o.partition = p.partition) as outbox
  from ingestion.progress p left join ingestion.revisions using (partition)
  union all
  select 'journey-state', partition, next_offset, revision,
    (select count(*)::int from journey.outbox o where o.partition = p.partition)
  from journey.progress p left join journey.revisions using (partition)
  union all
  select 'personalization', partition, next_offset, revision,
    (select count(*)::int from personalization.outbox o where o.partition = p.partition)
  from personalization.progress p left join personalization.revisions using (partition)
  union all
  select 'action-dispatch', partition, next_offset, revision,
    (select count(*)::int from dispatch.outbox o where o.partition = p.partition)
  from dispatch.progress p left join dispatch.revisions using (partition)
) as s order by s.service, s.partition
