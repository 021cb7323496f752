"""The door to object storage: any S3 server. Raises `StorageAway` and nothing of its drivers."""

from shared.objects.opening import open_object_store
from shared.objects.store import ObjectStore

__all__ = ["ObjectStore", "open_object_store"]
