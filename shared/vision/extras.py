"""Packages that not every installation has: told by the extra that brings them."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import BirdsError, Code


@contextmanager
def from_extra(extra: str, what: str) -> Iterator[None]:
    """Around the import of what `extra` brings for `what`. Raises BirdsError (no-model) that names both."""
    try:
        yield
    except ModuleNotFoundError as error:
        detail = (
            f"{what} needs {error.name}, which is missing here:"
            f" pip install 'birds[{extra}]', or scripts/setup {extra} in a checkout."
        )
        raise BirdsError(Code.NO_MODEL, detail) from error
