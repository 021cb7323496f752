"""Signatures as Standard Webhooks 1.0 has them (`v1`: HMAC-SHA256 over id, time and body)."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

_PREFIX = "whsec_"  # lets receivers' libraries, and secret scanners, recognise it
_RANDOM_BYTES: Final = 32  # the standard asks for 24 to 64


def new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(_RANDOM_BYTES)).decode()


def signature_headers(keys: Iterable[str], delivery_id: str, sent_at: int, body: bytes) -> dict[str, str]:
    """A signature by each of the secrets `keys`; `sent_at`: of this attempt, in seconds since 1970."""
    signed = f"{delivery_id}.{sent_at}.".encode() + body
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": " ".join(_signature(key, signed) for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    digest = hmac.digest(base64.b64decode(key.removeprefix(_PREFIX)), signed, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()
