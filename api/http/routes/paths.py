"""Paths that several calls begin with."""

BATCH = "/v1/batches/{batch_id}"
PHOTO = "/v1/photos/{photo_id}"
