"""README.txt of a zip: what is in it, what could not be in it, and why."""

from api.http.export.left_out import in_words
from api.snapshots import About


def readme(about: About, title: str, text: str, left_out: dict[str, int]) -> bytes:
    batch = about.batch
    models = ", ".join(f"{used.model} ({used.digest})" for used in about.models) or "none has answered yet"
    given = batch.counts.accepted + batch.refused + batch.left_out
    return f"""{title}
{"=" * len(title)}

Made by Birds of batch {batch.id}, as it was at {about.read_at:%Y-%m-%dT%H:%M:%SZ}.
Models: {models}

{text.strip()}

Files given to the batch: {given:,}. Not in here:
{in_words(left_out)}
{batch.counts.queued:>9,}  photos that wait for an answer
""".encode()
