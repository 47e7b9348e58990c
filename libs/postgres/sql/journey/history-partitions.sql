-- The partitions of the history, and tables that were one and are still to be dropped. Locks nothing.
-- In: $1 the mark of those that are to be dropped. Out: name; state: 'attached'; with the mark 'detaching' (begun and not ended) or
-- 'detached'; 'held' where somebody else has begun to detach it. What she has detached has no mark, and is left alone.
select c.relname as name, case
    when i.inhrelid is null then 'detached' when not i.inhdetachpending then 'attached' when d.description = $1 then 'detaching' else 'held'
  end as state
from pg_class c
left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = 'journey.history'::regclass
left join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
where c.relnamespace = 'journey'::regnamespace and c.relkind = 'r'
  and (i.inhrelid is not null or d.description = $1)
order by c.relname collate "C"
