"""The daily cleanup: what goes, what stays, and what is told of both."""
