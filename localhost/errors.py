"""The refusals that end a start with one readable message."""


class StartError(Exception):
    """The host cannot start; the message says what is wrong, where, and what to do about it."""


class SettingsError(StartError):
    """A settings file or a setting is missing or unusable."""


class AppLoadError(StartError):
    """The function app cannot be imported or indexed; the message names file, line and cure."""


class AddressError(StartError):
    """The host cannot listen where it was told to."""


class StorageError(StartError):
    """The storage account behind a connection setting does not answer."""
