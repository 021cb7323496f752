"""What can go wrong between a client and the server."""

# The server, or what stands before it, does not answer for a while; 520 and up are Cloudflare's.
AWAY = frozenset((408, 502, 503, 504, 520, 521, 522, 523, 524, 530))


def by_the_way_code(status: int) -> str:
    """The code of an answer that is none of the server's: a proxy's, a firewall's, a portal's."""
    return f"http-{status}"


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
        return self.busy or self.status in AWAY

    @property
    def divides(self) -> bool:
        """It is about what was sent: a part of it may be taken where the whole was not.

        Too large for the server or for something on the way, against the rules for one of its files, or
        disliked by a firewall, which answers with a page of its own.
        """
        by_the_way = self.code == by_the_way_code(self.status)
        return (
            self.status == 413
            or (self.code == "invalid-request" and self.status in {400, 422})
            or (by_the_way and self.status in {400, 403, 406, 414, 415, 422, 431})
        )


class ServerUnreachableError(BirdsApiError):
    """No answer at all: nothing listens there, or the connection broke."""

    def __init__(self, detail: str) -> None:
        super().__init__("unreachable", 0, detail)

    @property
    def may_pass(self) -> bool:
        return True
