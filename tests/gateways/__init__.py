"""The sandboxes, and one contract for their ledgers."""
