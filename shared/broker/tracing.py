"""Trace context (W3C `traceparent`): one trace a batch, one span a photo, derived from their ids.

Nothing has to be stored to carry it from the upload through the outbox to the worker.
"""

from shared.messages import PhotoJob

HEADER = "traceparent"


def traceparent(job: PhotoJob) -> str:
    """`00-<batch>-<photo>-01`; a UUIDv7 is random in its last 8 bytes, which serve as the span id."""
    return f"00-{job.batch_id.hex}-{job.photo_id.hex[16:]}-01"
