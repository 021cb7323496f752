"""Settings of a worker process."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.settings import SharedSettings


class WorkerSettings(SharedSettings):
    model_cache: Path = Field(
        Path("var/models"), description="Folder in which models from the registry are kept between starts"
    )
    model_poll_s: float = Field(2.0, gt=0, description="Seconds between looks at which model is promoted")
    engine: Literal["auto", "openvino", "torch", "null"] = Field(
        "auto",
        description="`auto`: torch on a GPU, OpenVINO on a CPU; `null` answers without looking; it exists to"
        " measure the rest of the system",
    )
    null_photos_per_s: float = Field(
        0, ge=0, description="The null engine sleeps as long as one of that speed computes; 0: not at all"
    )
    device: str = Field("auto", description="`auto`, `cpu`, `cuda`, `cuda:1`, `mps`; one process a device")
    precision: Literal["auto", "fp32", "bf16", "int8", "checked"] = Field(
        "auto",
        description="`auto`: the quickest of fp32, bf16 and, on a CPU, int8 and checked (bf16, and fp32 where"
        " that leaves doubt) whose answers are those of fp32, by measuring (`birds models show`);"
        " a name is taken without asking how well it answers",
    )
    threads: int = Field(0, ge=0, description="Threads of the engine on the CPU; 0: one per core")
    batch_size: int = Field(
        0,
        ge=0,
        le=1024,
        description="Photos in one forward pass; 0: by measuring, and more where more wait decoded and nobody"
        " sends single photos",
    )
    streams: int = Field(
        0,
        ge=0,
        le=64,
        description="Forward passes side by side, so that a GPU computes one batch while others go there or"
        " come back; 0: by measuring",
    )
    batch_wait_s: float = Field(
        0.05, ge=0, description="Longest wait for a batch to fill while the engine is idle, in seconds"
    )
    prefetch_batches: int = Field(
        4,
        ge=1,
        le=20,
        description="Batches of photos in hand, for each that is in the engine: one is there, one decoded,"
        " one being fetched, one being committed",
    )
    decode_processes: int = Field(
        0,
        ge=0,
        description="Processes that decode photos; 0: from two to one per core, as many as keep the engine"
        " busy with the photos that come",
    )
    decode_timeout_s: float = Field(
        20.0, gt=0, description="Longest decode of one photo; a 45-megapixel JPEG takes 0.6 s"
    )
    forward_timeout_s: float = Field(
        120.0,
        gt=0,
        description="Longest forward pass, in seconds; an engine that hangs ends the process, and its photos"
        " go on in another",
    )
    shadow_memory_mb: int = Field(
        2048,
        ge=0,
        description="Megabytes that a candidate (`birds models shadow`) may take, in a process beside the"
        " worker; where fewer are free it is not loaded; 0: this worker takes none",
    )
    range: str = Field(
        "",
        description="Which birds are to be expected where and when, by commas: `csv:/path` (species, place,"
        " month, records), `barchart:/path@EE` (an eBird bar chart file of that country or box),"
        " `onnx:/path` (a geomodel); each answer says by which",
    )
    range_least_records: int = Field(
        100,
        ge=1,
        description="Records with which a place of a CSV is known; with fewer a month widens to the year,"
        " a place to a larger one: that a bird is missing among few records says nothing",
    )
    range_threshold: float = Field(
        0.03,
        ge=0,
        lt=1,
        description="Estimate of a geomodel above which a species is to be expected; low, since a rare bird"
        " that is flagged costs a look, and is no error",
    )
    drain_s: float = Field(
        25.0, gt=0, description="Time to finish what is in hand after SIGTERM; orchestrators kill after 30 s"
    )
    worker_metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of `/metrics`, `/healthz` and `/readyz`; 0: not served",
    )
