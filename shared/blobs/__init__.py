"""Blobs of the data account: a port, the real adapter, its twin in memory."""
