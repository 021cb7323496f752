"""`birds webhooks`: other programs that are told of what happens."""
