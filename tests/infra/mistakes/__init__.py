"""Every mistake of the infrastructure that we could think of, by what it is about."""

from tests.infra.mistakes import (
    figures,
    host,
    language,
    names,
    order,
    roles,
    security,
    settings,
    surroundings,
    watch,
    workflows,
)

ALL = tuple(
    mistake
    for part in (
        *(language, security, roles, settings, names, host, surroundings),
        *(order, figures, watch, workflows),
    )
    for mistake in part.MISTAKES
)
