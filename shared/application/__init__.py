"""Use cases that join the domain to the event store."""
