"""What each call does, one subject a file; `api.http.binding` says how a handler is given what it needs."""
