"""The HTTP interface: routes, what each call takes and gives, and nothing of what it is about."""
