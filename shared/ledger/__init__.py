"""The ledger in Postgres: the one place that knows which photo is where, and every statement asked of it."""
