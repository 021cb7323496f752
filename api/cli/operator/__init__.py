"""What the operator of a server does: keys and models. Most of it needs the ledger, not the api."""
