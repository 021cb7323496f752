"""When a photo was taken, by its file's name: the last resort, for what messengers stripped of its EXIF."""

import re
from datetime import datetime
from pathlib import PurePosixPath

from shared.photo.taken import TakenTime, TimeSource

# IMG_20230504_213000, 2023-05-04 21.30.00, 2023-05-04_21-30-00, 20230504213000, IMG_20230504_213000123,
# WhatsApp Image 2023-05-04 at 21.30.00. A date alone is no time, and four digits may count photos.
_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?:[-_. T]{1,2}|_at_| at )?(\d\d)([-_.:]?)(\d\d)\6(\d\d)"
    r"(?:[._]?(\d{3}))?(Z?)(?!\d|\s?[AaPp]\.?[Mm])",
    re.ASCII,
)
_NAMED_IN_UTC = "PXL_"  # Google's phones


def taken_by_name(name: str) -> TakenTime | None:
    file = PurePosixPath(name).name
    found = _STAMP.search(file)
    if found is None:
        return None
    year, _, month, day, hour, _, minute, second, thousandths, zulu = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), 1000 * int(thousandths or 0)
        )
    except ValueError:
        return None
    if zulu or file.startswith(_NAMED_IN_UTC):
        return TakenTime.by_utc(TimeSource.FILE_NAME, moment)
    return TakenTime.by_clock(TimeSource.FILE_NAME, moment, None)
