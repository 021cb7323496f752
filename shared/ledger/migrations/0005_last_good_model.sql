-- The reference that a worker loaded last while it was the promoted one: the way back where the promoted one fails.
alter table active_model add column good_source text;
