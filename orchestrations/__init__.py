"""The durable processes: replayed code that sees data only."""
