"""Every mistake of the infrastructure that we could think of, by what it is about."""

from tests.infra.mistakes import host, language, names, roles, security, settings, surroundings

ALL = tuple(
    mistake
    for part in (language, security, roles, settings, names, host, surroundings)
    for mistake in part.MISTAKES
)
