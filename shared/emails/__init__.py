"""Who has which email address."""
