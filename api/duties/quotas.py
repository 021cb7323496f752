"""How much one key may do, and what it is told when that is used up."""

from dataclasses import dataclass
from math import ceil

from shared.errors import Code, ComeBack

MINUTE_S = 60
DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Quota:
    """`name` and `unit` are those of the RateLimit headers (draft-ietf-httpapi-ratelimit-headers)."""

    name: str
    amount: int
    words: str  # "make {amount} requests a minute"
    window_s: int | None = None  # None: it is of what there is at one time
    unit: str | None = None

    def policy(self) -> str:
        """`RateLimit-Policy`."""
        unit = f';qu="{self.unit}"' if self.unit else ""
        window = f";w={self.window_s}" if self.window_s else ""
        return f'"{self.name}";q={self.amount}{unit}{window}'

    def standing(self, left: int, ends_in_s: float) -> str:
        """`RateLimit`; rounded as `Retry-After` is, so that both name the same moment."""
        return f'"{self.name}";r={max(left, 0)};t={max(ceil(ends_in_s), 0)}'


class OverLimit(ComeBack):
    """A quota is used up."""

    def __init__(self, quota: Quota, retry_after_s: float) -> None:
        said = quota.words.format(amount=f"{quota.amount:,}")
        super().__init__(
            Code.OVER_LIMIT, f"This key may {said}; go on in {_told(retry_after_s)}.", retry_after_s
        )
        self.headers = {"RateLimit-Policy": quota.policy(), "RateLimit": quota.standing(0, retry_after_s)}


def _told(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{max(round(seconds), 1)} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.1f} h"
