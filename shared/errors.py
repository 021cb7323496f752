"""Every reason the system can give for not doing something, and what may be done about it.

Code below the edges raises `BirdsError` with a stable code; only `api.http.problems` knows what HTTP
makes of it, and only the worker's commit knows what the ledger makes of it.
"""

from enum import StrEnum


class Recovery(StrEnum):
    """What may be done about an error."""

    USAGE = "usage"  # the caller must send something else
    PERMANENT = "permanent"  # these bytes will never work
    TRANSIENT = "transient"  # the same request may succeed later


class Code(StrEnum):
    """Stable error codes: they appear in answers, in the ledger and in exports, so none is ever renamed."""

    # What is wrong with a photo.
    UNSUPPORTED_TYPE = "unsupported-type"
    EMPTY_FILE = "empty-file"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    CORRUPT_IMAGE = "corrupt-image"
    TRUNCATED_IMAGE = "truncated-image"
    CHECKSUM_MISMATCH = "checksum-mismatch"
    MISSING_OBJECT = "missing-object"
    DECODE_TIMEOUT = "decode-timeout"
    WORKER_CRASHED = "worker-crashed"
    CANCELLED = "cancelled"
    # What is wrong with an archive.
    ARCHIVE_TOO_LARGE = "archive-too-large"
    UNSAFE_ARCHIVE = "unsafe-archive"
    CORRUPT_ARCHIVE = "corrupt-archive"
    # What is wrong with a request.
    BATCH_CLOSED = "batch-closed"
    PART_OF_BATCH = "part-of-batch"
    BACKLOG_FULL = "backlog-full"
    OVER_LIMIT = "over-limit"
    INVALID_REQUEST = "invalid-request"
    OUT_OF_BOUNDS = "out-of-bounds"
    UNKNOWN_SPECIES = "unknown-species"
    MODEL_NOT_ACTIVE = "model-not-active"
    NOT_BETTER = "not-better"
    ALREADY_ACTIVE = "already-active"
    ANOTHERS_ACT = "anothers-act"
    UNCLEAR_SITE = "unclear-site"
    REFUSED_ADDRESS = "refused-address"
    UNAUTHORIZED = "unauthorized"
    MISSING_SCOPE = "missing-scope"
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
    # What is wrong with us.
    NO_MODEL = "no-model"
    UNAVAILABLE = "unavailable"
    NO_SPACE = "no-space"
    INTERNAL = "internal"

    @property
    def recovery(self) -> Recovery:
        return _RECOVERY.get(self, Recovery.PERMANENT)


_RECOVERY = {
    # A crash may have been the machine's; a missing or damaged object can be uploaded again, and what was
    # cancelled, taken up again.
    **dict.fromkeys(
        (
            Code.CHECKSUM_MISMATCH,
            Code.MISSING_OBJECT,
            Code.DECODE_TIMEOUT,
            Code.WORKER_CRASHED,
            Code.CANCELLED,
            Code.BACKLOG_FULL,
            Code.OVER_LIMIT,
            Code.TOO_MANY_ATTEMPTS,
            Code.NO_MODEL,
            Code.UNAVAILABLE,
            Code.NO_SPACE,
            Code.INTERNAL,
        ),
        Recovery.TRANSIENT,
    ),
    **dict.fromkeys(
        (
            Code.BATCH_CLOSED,
            Code.PART_OF_BATCH,
            Code.INVALID_REQUEST,
            Code.OUT_OF_BOUNDS,
            Code.UNKNOWN_SPECIES,
            Code.MODEL_NOT_ACTIVE,
            Code.NOT_BETTER,
            Code.ALREADY_ACTIVE,
            Code.ANOTHERS_ACT,
            Code.UNCLEAR_SITE,
            Code.REFUSED_ADDRESS,
            Code.UNAUTHORIZED,
            Code.MISSING_SCOPE,
            Code.NOT_FOUND,
            Code.METHOD_NOT_ALLOWED,
            Code.UNSUPPORTED_MEDIA_TYPE,
        ),
        Recovery.USAGE,
    ),
}

RETRYABLE_CODES = tuple(code for code in Code if code.recovery is Recovery.TRANSIENT)


class BirdsError(Exception):
    """Something could not be done, for a reason with a stable code.

    `detail` is a sentence for a person; it never holds secrets or addresses of our own servers.
    """

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(code, detail)  # both, so that it pickles across the process pool
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class ComeBack(BirdsError):
    """The same is taken later: in `retry_after_s` seconds, as far as is known now."""

    def __init__(self, code: Code, detail: str, retry_after_s: float) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s


class Away(BirdsError):
    """A server that we depend on does not answer: nobody's request or photo is to blame; wait, try again.

    Each door (`shared.ledger`, `shared.broker`, `shared.objects`) raises its own kind and no error of its
    driver, so that absence has one meaning in all that stands behind the doors.
    """

    server = "A server"
    meaning = Code.UNAVAILABLE
    said = "{server} does not answer ({reason}); try again."

    def __init__(self, reason: object) -> None:
        super().__init__(self.meaning, self.said.format(server=self.server, reason=reason))


class NoSpace(Away):
    """It answers, and has no room for more; what is there can be read, and deleted, which makes some."""

    meaning = Code.NO_SPACE
    said = "{server} takes nothing more ({reason})."


class LedgerAway(Away):
    """Postgres can't be asked now; a transaction that was under way left nothing behind."""

    server = "The ledger"


class StorageAway(Away):
    """Object storage can't be asked now, or its bucket is gone."""

    server = "Object storage"


class SessionLost(Away):
    """The session with RabbitMQ is over; what it held is delivered again, by the next one."""

    server = "The broker"


class LedgerFull(NoSpace, LedgerAway):
    """Postgres can't write: its disk is full."""


class StorageFull(NoSpace, StorageAway):
    """Object storage refuses what is put there."""


class BrokerFull(NoSpace):
    """RabbitMQ has an alarm of its own, and reads nothing that is published. The session goes on."""

    server = "The broker"


class DiskFull(NoSpace):
    """The disk of this machine on which the servers keep their data, or our own temporary files."""

    server = "The disk"
