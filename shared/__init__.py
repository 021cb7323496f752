"""What api, worker and trainer have in common: the ledger, the broker, object storage, the model bundle."""
