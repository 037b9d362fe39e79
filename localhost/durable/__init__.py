"""Durable orchestrations on one machine: the part of the Durable Task extension."""
