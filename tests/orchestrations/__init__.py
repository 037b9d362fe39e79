"""The order process on the real SDK."""
