"""A description of an HTTP API (OpenAPI 3.1): schemas of plain values, and a page for people."""
