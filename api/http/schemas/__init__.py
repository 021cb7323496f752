"""Every request and answer of the HTTP interface; the OpenAPI document is made from these."""
