"""Every request and response of the HTTP interface; the OpenAPI document is made from these."""
