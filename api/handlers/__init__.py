"""What each call does, one subject a file; `api.binding` says how a handler is given what it needs."""
