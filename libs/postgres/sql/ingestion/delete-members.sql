-- Takes customers out of segments. In: $1 segment ids, $2 customer ids.
-- Their profiles are written, and so locked, before by the same batch.
delete from ingestion.segment_members m using unnest($1::text[], $2::text[]) as u(segment_id, customer_id)
where m.segment_id = u.segment_id and m.customer_id = u.customer_id
