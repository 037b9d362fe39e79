"""The workbench behind dev.py: all that a developer's machine needs around the app."""
