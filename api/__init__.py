"""The aiohttp application: takes photos in, hands answers out."""
