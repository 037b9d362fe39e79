"""Triggers other than HTTP and durable ones: one a file, and the parts that they share."""
