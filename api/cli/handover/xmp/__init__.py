"""Where XMP of the user's own photos lies: in files beside them, and in JPEG files."""
