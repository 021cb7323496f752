"""Settings that every process shares, read from `BIRDS_*` variables by the process's entry point alone."""

import sys
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024
SECRETS = Path("/run/secrets")
"""Where containers find what must not be in their environment: files named as variables, in lower case."""


class ObjectStoreSettings(BaseSettings):
    """Where photos and models are kept."""

    model_config = SettingsConfigDict(env_prefix="BIRDS_", extra="ignore", frozen=True)

    s3_endpoint: str = Field(
        description="Any S3 server, `http(s)://host:port`", pattern=r"^https?://[^/]+/?$"
    )
    s3_public_endpoint: str | None = Field(
        None,
        description="The same server as clients reach it, for presigned uploads; unset: the same address",
        pattern=r"^https?://[^/]+/?$",
    )
    s3_access_key: SecretStr = Field(description="S3 access key")
    s3_secret_key: SecretStr = Field(description="S3 secret key")
    s3_bucket: str = Field("birds", description="Bucket for photos and models; made if it is missing")
    s3_region: str = Field("us-east-1", description="S3 region; part of every signature")
    s3_silence_s: float = Field(
        15.0,
        gt=0,
        description="Silence in the middle of a transfer after which it is tried again, in seconds",
    )


class SharedSettings(ObjectStoreSettings):
    """Where the three servers are, and the limits that api and worker must agree on."""

    postgres_url: SecretStr = Field(description="Postgres, `postgresql://user:password@host:port/database`")
    postgres_connections: int = Field(
        8, ge=2, le=100, description="Connections a process may hold; Postgres allows 100 in all by default"
    )
    postgres_statement_s: float = Field(
        30.0,
        gt=0,
        description="Longest statement, in seconds; then its connection is given up, and those beside it",
    )
    amqp_url: SecretStr = Field(
        description="RabbitMQ 3.10 or newer, `amqp://user:password@host:port/vhost`;"
        " `?heartbeat=S` at its end: it is taken for lost after some 3 × S seconds of silence; else 9"
    )
    start_wait_s: float = Field(
        300.0,
        ge=0,
        description="How long a process that starts waits for servers that are away, in seconds; others"
        " start with it after a power cut, and Postgres may have much to read again",
    )
    max_photo_bytes: int = Field(
        64 * MIB,
        ge=1,
        description="Largest photo in bytes; camera raws of 45 megapixels have up to 60 MB, JPEGs 30 MB",
    )
    max_photo_pixels: int = Field(
        200_000_000,
        ge=1,
        description="Most pixels a photo may have; guards memory against decompression bombs",
    )
    delivery_limit: int = Field(
        20, ge=1, description="Deliveries of one photo before it is given up as `worker-crashed`"
    )
    model: str | None = Field(
        None,
        description="Model that becomes active where none was promoted yet: `birds525` (also if unset),"
        " `starter`, `timm:NAME`, `hf:OWNER/NAME`, `folder:/path` or `NAME@VERSION`;"
        " the first process that names one wins",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level to log")
    log_format: Literal["console", "json"] = Field("console", description="`json` for log collectors")


Settings = TypeVar("Settings", bound=BaseSettings)


def settings_from(kind: type[Settings], **given: Any) -> Settings:
    """`kind` from the environment and `SECRETS`, but for what is `given`. Raises ValidationError."""
    return kind(_secrets_dir=SECRETS if SECRETS.is_dir() else None, **given)


def read_settings(kind: type[Settings]) -> Settings:
    """Read `kind` from the environment and `SECRETS`, or say what is wrong with it and exit with status 2."""
    try:
        return settings_from(kind)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            name = "BIRDS_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"{name}: {problem['msg']}", file=sys.stderr)
        raise SystemExit(2) from None
