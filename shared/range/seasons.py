"""Times of the year, as sources count them: 12 months, or 48 weeks of which four are a month."""

WEEKS = 48
WEEKS_OF_A_MONTH = 4
MONTHS = 12


def month_of(week: int) -> int:
    return (week - 1) // WEEKS_OF_A_MONTH + 1


def months_about(week: int) -> frozenset[int]:
    """Those that the week and its neighbours lie in: April's first swallow may come on the last of March."""
    return frozenset(month_of(about) for about in weeks_about(week, 1))


def weeks_about(week: int, reach: int) -> tuple[int, ...]:
    """The week and `reach` on each side of it, across the turn of the year, each once."""
    return tuple(dict.fromkeys((week - 1 + step) % WEEKS + 1 for step in range(-reach, reach + 1)))
