-- Local time is kept as it was taken, its offset beside it; UTC is derived where there is one. Until now a camera's
-- clock without an offset was recorded as if it showed UTC, and nothing tells such rows from those that had an offset:
-- they keep what they have, and their `taken_from` is null.
alter table photos
    add column taken_local timestamp,  -- as a clock showed it there; null where only UTC is known
    add column taken_offset_minutes smallint,  -- local time minus UTC; null where it was not told
    add column taken_from text;  -- where the time was found: an EXIF tag's name, XMP, MakerNote, FileName
