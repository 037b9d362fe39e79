"""Trouble that the person at the keyboard can cure."""


class Trouble(Exception):
    """One line that says what is wrong and what to do; dev.py prints it and ends with 1."""
