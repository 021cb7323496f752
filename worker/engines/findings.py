"""What was found out about the ways to run a model on this machine, and which one was taken."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from worker.engines.shape import Shape


class EngineFindings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    processor: str
    way: str
    """The one taken, such as `openvino bf16`."""
    streams: int
    batch_size: int
    largest_batch: int
    """Up to which batches grow where many photos wait."""
    photos_per_s: dict[str, float]
    """Of each way whose answers are those of fp32, a pass on each core."""
    left_out: dict[str, str]
    """Why, of each other way."""
    by_shape: dict[str, float]
    """Photos a second of the way taken, by streams x batch size."""

    @property
    def shape(self) -> Shape:
        return Shape(self.streams, self.batch_size, self.largest_batch)


def kept(path: Path) -> EngineFindings | None:
    """None where nothing is kept, or nothing that can be read."""
    try:
        return EngineFindings.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def keep(path: Path, findings: EngineFindings, model: str) -> None:
    """And tell them in the log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(findings.model_dump_json(indent=2))
    structlog.get_logger().info("engines measured", model=model, **findings.model_dump())


@contextmanager
def measuring_alone(folder: Path) -> Iterator[None]:
    """One worker at a time of those that keep their findings in `folder`: side by side they would time each
    other. Who dies gives way (advisory lock)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "measuring.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
