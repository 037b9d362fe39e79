"""Streams of recorded facts: the port, its table of names, the twin in memory and the real one."""
