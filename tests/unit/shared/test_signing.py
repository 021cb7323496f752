"""Signed URLs are the ones that the SDK makes."""

from datetime import UTC, datetime, timedelta

import pytest
from minio import Minio

from shared.objects.signing import UrlSigner

NOW = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
@pytest.mark.parametrize("key", ["photo-1", "models/a@3/bundle.json", "odd name+(1).jpg", "Köln~_.-"])
def test_a_signature_is_the_sdks(method: str, key: str) -> None:
    sdk = Minio("s3.example:9000", access_key="me/+", secret_key="secret", region="eu-west-1", secure=False)
    expected = sdk.get_presigned_url(method, "birds", key, expires=timedelta(minutes=15), request_date=NOW)
    signer = UrlSigner("http://s3.example:9000/", "birds", "eu-west-1", "me/+", "secret")
    assert signer.url(method, key, 900, NOW) == expected


def test_a_new_day_has_a_new_signing_key() -> None:
    signer = UrlSigner("http://s3.example", "birds", "eu-west-1", "me", "secret")
    fresh = UrlSigner("http://s3.example", "birds", "eu-west-1", "me", "secret")
    signer.url("GET", "photo-1", 900, NOW)
    tomorrow = NOW + timedelta(days=1)
    assert signer.url("GET", "photo-1", 900, tomorrow) == fresh.url("GET", "photo-1", 900, tomorrow)
