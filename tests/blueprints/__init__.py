"""The edges, called plainly."""
