"""Use cases on the twins in memory."""
