"""What can go wrong between a client and the server."""


class BirdsApiError(Exception):
    """The server said no: `code` is stable (see the interface), `detail` is a sentence for a person."""

    def __init__(self, code: str, status: int, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(code, status, detail)
        self.code = code
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"

    @property
    def busy(self) -> bool:
        """Too much is queued already: the same request works later, whatever later is."""
        return self.status == 429

    @property
    def may_pass(self) -> bool:
        """The same request may succeed soon."""
        return self.busy or self.status in {502, 503, 504}


class ServerUnreachableError(BirdsApiError):
    """No answer at all: nothing listens there, or the connection broke."""

    def __init__(self, detail: str) -> None:
        super().__init__("unreachable", 0, detail)

    @property
    def may_pass(self) -> bool:
        return True
