"""Structured logs on standard error: for a person, or one JSON object a line for a collector."""

import logging
import sys
from typing import TextIO, cast

import structlog
from prometheus_client import Counter

LINES_LOST = Counter(
    "birds_log_lines_lost_total", "Lines of the log that could not be written: a full disk, say"
)


class LossyFile:
    """A log that can't be written must not end what it tells of: a full disk would cost every answer."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        try:
            self._file.write(text)
            self._file.flush()
        except OSError:
            LINES_LOST.inc()

    def flush(self) -> None:
        pass  # each line has been


def configure_logging(level: str, log_format: str) -> None:
    """Set up logging for the whole process; `log_format` is `console` or `json`."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, LossyFile(sys.stderr))),
    )
    # Libraries log through the standard module, which loses what can't be written by itself; they matter only
    # when something is wrong.
    logging.basicConfig(
        level=max(threshold, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s"
    )
    # A lost connection is our own warning, not a traceback of theirs.
    for chatty in ("aio_pika", "aiormq", "asyncpg.pool"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
