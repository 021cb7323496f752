"""`scripts/made-trip`: a trip of which everything is known, made from real photos."""
