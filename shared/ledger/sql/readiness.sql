-- name: read_only$
-- Whether it refuses writes: a standby, or a server that was set so.
select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean;

-- name: little_memory!
-- For the rest of the transaction; what sorts more than this goes through files.
set local work_mem = '64kB';

-- name: through_files$
-- Writes some hundred kilobytes to the disk that the tables lie on, and nothing that stays: no row, no log.
select max(place) from (
    select row_number() over (order by md5(number::text)) as place from generate_series(1, 8000) as number
) as sorted;
