"""The door to object storage: any S3 server. Raises `StorageAway` and nothing of its drivers."""

from shared.objects.store import ObjectStore, open_object_store

__all__ = ["ObjectStore", "open_object_store"]
