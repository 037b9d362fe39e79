"""The daily cleanup: what is of no use any more, and how one can tell (docs/cleanup.md)."""
