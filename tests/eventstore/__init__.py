"""One contract for every event store, and what the rows look like."""
