"""Queues of the data account, to send to: a port, the real adapter, its twin in memory."""
