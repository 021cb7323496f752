"""Webhooks on their way out: where they may go, how they are signed, what one attempt comes to."""
