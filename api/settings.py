"""Settings of an api process."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_settings import NoDecode

from shared.settings import MIB, SharedSettings

GIB = 1024 * MIB


def _listed(value: Any) -> Any:
    """As one writes lists into a variable: with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_listed)]


class ApiSettings(SharedSettings):
    api_host: str = Field(
        "0.0.0.0", description="Address to listen on; all, so that phones on the network reach it"
    )
    api_port: int = Field(5000, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    connections_per_address: int = Field(
        512,
        ge=0,
        description="Connections that one address may hold, of which a browser takes some six; 0: no limit,"
        " behind a proxy, whose address is everybody's",
    )
    wrong_keys_per_address: int = Field(
        20,
        ge=1,
        description="Wrong keys from one address before they are looked at once a second only: a household's"
        " devices after a key was changed",
    )
    path_prefix: str = Field(
        "",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="Path below which a proxy shows Birds, `/birds` say, whether the proxy takes it away or"
        " not; all is served without it too; no answer names a host",
    )
    trusted_proxies: Networks = Field(
        (),
        description="Networks of proxies, with commas between them, which are believed where a request comes"
        " from (`X-Forwarded-For`, its last entry); wrong keys are slowed down by address",
    )
    top_k: int = Field(5, ge=1, le=20, description="Species in an answer where the batch does not say")

    max_request_bytes: int = Field(
        10 * GIB, ge=1, description="Largest upload request; one that breaks off is sent again whole"
    )
    max_request_files: int = Field(
        100_000, ge=1, description="Files in one request, archives unpacked; each needs a line in the answer"
    )
    raw_previews: bool = Field(
        True,
        description="Tells clients that of a camera raw file the JPEG in it is enough, a tenth of the bytes;"
        " `false` where the raw files are to be kept here",
    )
    max_json_bytes: int = Field(
        4 * MIB,
        ge=1,
        description="Largest JSON body; announcing 1,000 uploads takes 0.3 MB, with the longest names 3",
    )
    archive_max_entries: int = Field(100_000, ge=1, description="Entries of one zip archive")
    archive_max_bytes: int = Field(20 * GIB, ge=1, description="Bytes that one zip archive may unpack to")
    archive_max_ratio: int = Field(
        100, ge=2, description="Unpacked to packed bytes of an archive: photos reach 20, bombs 1,000"
    )
    archives_at_once: int = Field(
        8,
        ge=1,
        description="Archives being unpacked at the same moment, of which one owner has at most half; each"
        " takes a thread while it unpacks",
    )
    spool_bytes: int = Field(
        10 * GIB,
        ge=1,
        description="Bytes on disk for archives that can be read only from their end, over all requests;"
        " the largest request fits",
    )
    spool_folder: Path = Field(
        Path("/var/tmp"), description="Where they lie; `/tmp` is memory on many systems"
    )
    body_idle_s: float = Field(
        60.0,
        gt=0,
        description="An upload of which fewer than 64 KiB come in so many seconds of waiting for them is"
        " given up; a telephone on the slowest network sends ten times that",
    )

    intake_bytes: int = Field(
        256 * MIB,
        ge=1,
        description="Bytes of photos in memory, over all requests, of which one owner has half; one photo"
        " more may be",
    )
    group_photos: int = Field(100, ge=1, description="Photos stored together and recorded in one transaction")
    group_bytes: int = Field(32 * MIB, ge=1, description="A group of photos is also full at this size")
    group_age_s: float = Field(
        0.5, gt=0, description="A group is stored at this age even if it is not full, in seconds"
    )
    refused_max: int = Field(
        100_000,
        ge=0,
        description="Refused files of one batch that are kept by name, as many as a request may have; the"
        " rest is only counted, so that names alone fill no disk",
    )
    backlog_max: int = Field(
        1_000_000,
        ge=1,
        description="Photos waiting on a lane above which uploads are told to come back later",
    )
    key_requests_a_minute: int = Field(
        12_000, ge=1, description="Requests of one key; 200 a second are three pages full of thumbnails"
    )
    key_photos_a_day: int = Field(
        1_000_000, ge=1, description="Photos that one key sends in a day (UTC): 12 a second, day and night"
    )
    key_bytes_a_day: int = Field(
        1024 * GIB, ge=1, description="Bytes of them: several full cards, or 100 Mbit/s all day"
    )
    key_uploads: int = Field(
        64,
        ge=1,
        description="Requests with photos of one key at one time; the page and `birds` send some six",
    )
    key_websockets: int = Field(
        1000, ge=1, description="Websockets of one key at one time; each tab and each `birds` holds one"
    )
    owner_queued: int = Field(
        500_000,
        ge=1,
        description="Photos of one owner that wait; half of `BIRDS_BACKLOG_MAX`: nobody fills it alone",
    )
    owner_open_batches: int = Field(
        10_000, ge=1, description="Batches of one owner that are not closed: years of interrupted uploads"
    )
    owner_webhooks: int = Field(
        20, ge=0, description="Webhooks of one owner, each of which is told of everything it asked for"
    )
    retry_after_s: int = Field(10, ge=1, description="`Retry-After` of the answers 429 and 503, in seconds")
    data_folder: Path | None = Field(
        None,
        description="Folder of this machine in which the servers keep their data, whose disk is watched;"
        " `scripts/up` names its own; unset: they are elsewhere, and say themselves when they are full",
    )
    disk_free_bytes: int = Field(
        512 * MIB,
        ge=0,
        description="Bytes free on that disk below which no photo is taken in: RabbitMQ stops at 50 MB, and"
        " Postgres needs room to answer what is queued, and to delete",
    )
    upload_url_s: int = Field(
        3600,
        ge=60,
        le=7 * 24 * 3600,
        description="Lifetime of a presigned upload URL in seconds; S3 allows a week",
    )

    webhook_networks: Networks = Field(
        (),
        description="Networks that webhooks may be sent to though they are not public, with commas between"
        " them: `10.0.0.0/8,127.0.0.1/32`, say. Every owner can then have something posted to any server in"
        " them",
    )
    webhook_timeout_s: float = Field(
        20.0, gt=0, description="Longest attempt at a webhook, in seconds; the standard proposes 15 to 30"
    )
    webhook_keep_days: float = Field(
        30.0,
        ge=4,
        description="Days for which deliveries to webhooks are kept, whether they arrived or not; attempts go"
        " on for over three",
    )

    long_poll_s: float = Field(
        60.0,
        gt=0,
        description="Longest that a request waits for news, in seconds, whatever it asks for; proxies cut"
        " silent requests after a minute, some sooner",
    )
    websocket_ping_s: float = Field(
        20.0, gt=0, description="Seconds between pings; proxies cut connections that are silent for a minute"
    )
    websocket_send_s: float = Field(
        10.0, gt=0, description="Seconds for a client to take what it is sent, then it is closed with 1013"
    )
    feed_poll_s: float = Field(
        2.0, gt=0, description="Seconds between looks at a batch that is watched; hints may be lost"
    )
    local_names: Path | None = Field(
        None,
        description="Table of birds' names in other languages, by which they are found, too: tab-separated,"
        " a column `scientific_name`, the others a language each; unset: English and scientific names, codes",
    )
    thumbnail_s: float = Field(20.0, gt=0, description="Longest making of one thumbnail, in seconds")
    drain_s: float = Field(
        25.0, gt=0, description="Time for open requests to end after SIGTERM; orchestrators kill after 30 s"
    )
