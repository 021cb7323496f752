"""What there is, exported, retried, deleted, and scored anew."""
