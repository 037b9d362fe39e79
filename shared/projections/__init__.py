"""Read models: lists that are built from what happened."""
