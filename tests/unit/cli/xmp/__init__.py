"""Keywords in XMP, read back by exiftool."""
