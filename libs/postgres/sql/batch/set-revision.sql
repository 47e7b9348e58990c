-- Notes the workspace revision a partition uses. In: $1 partition, $2 revision.
insert into {schema}.revisions (partition, revision) values ($1, $2)
on conflict (partition) do update set revision = excluded.revision
