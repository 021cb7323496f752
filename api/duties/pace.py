"""A key's crowd of requests becomes a stream, as fast as its minute allows in the mean (traffic shaping).

Whether they are answered or refused, the others have their time.
"""

import asyncio

from api.duties.quotas import OverLimit, Quota
from shared.records import KeyId

AT_ONCE = 400  # may come together: a page with all its thumbnails
LONGEST_S = 10.0  # that one waits; who sends even more is refused at once


class Pace:
    def __init__(self, quota: Quota, window_s: float) -> None:
        self._quota = quota
        self._interval_s = window_s / quota.amount
        self._last: dict[KeyId, float] = {}  # the time of each key's last request

    async def wait(self, key_id: KeyId) -> None:
        """Until it is this request's time. Raises OverLimit."""
        now = asyncio.get_running_loop().time()
        time = max(self._last.get(key_id, float("-inf")), now - AT_ONCE * self._interval_s) + self._interval_s
        if time > now + LONGEST_S:
            raise OverLimit(self._quota, time - now)
        self._last[key_id] = time
        if time > now:
            await asyncio.sleep(time - now)
