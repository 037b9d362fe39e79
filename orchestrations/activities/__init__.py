"""The effects of the processes, each idempotent by order and step."""
