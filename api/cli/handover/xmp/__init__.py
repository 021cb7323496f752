"""Keywords in XMP: read, merged and taken back, in packets, in sidecars and in JPEG files."""
