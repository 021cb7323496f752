-- What tells whether two frames show the same.
alter table photos add column gradient bigint;  -- how the picture looks, in 64 bits; null of nothing that is told
