"""The edges: a trigger comes in, a plain answer goes out."""
