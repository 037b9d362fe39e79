"""What a client sends twice happens once, and is answered alike."""
