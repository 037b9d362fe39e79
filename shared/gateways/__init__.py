"""The ports to payment, carrier and mail, each with its sandbox."""
