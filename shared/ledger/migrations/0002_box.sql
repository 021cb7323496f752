-- The part of a photo that the model looked at for its answer, where that was not all of it: x, y (of the left top
-- corner), width and height, as shares of the upright photo's.
alter table photos add column box jsonb;
