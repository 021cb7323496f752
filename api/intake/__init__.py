"""From the bytes of a request to queued photos: check → store → record."""
