"""XMP: keywords in a packet of it, beside all that other programs wrote there."""
