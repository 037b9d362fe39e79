"""Every environment can be brought up as it is written, and nothing in it is there twice."""

import functools
from collections import Counter
from collections.abc import Iterator

from tests.infra.bicep.library import BadTemplate
from tests.infra.project import PARAMETERS, VARIATIONS, Project


def broken(project: Project) -> Iterator[str]:
    """What cannot be expanded: it does not resolve, does not fit, or is known too late."""
    for expanded in (
        *(functools.partial(project.as_written, each) for each in PARAMETERS),
        *(functools.partial(project.expand, each) for each in VARIATIONS),
    ):
        try:
            expanded()
        except BadTemplate as wrong:
            yield str(wrong)


def idle(project: Project) -> Iterator[str]:
    """The templates that no variation brings up, so that no other check has seen them."""
    deployed = {path for _, each in project.expansions() for path in each.files}
    libraries = {file.path for file in project.files if not (file.resources or file.modules)}
    yield from (
        f"{path.name} is never deployed"
        for path in project.paths
        if path.suffix == ".bicep" and path.resolve() not in deployed | libraries
    )


def doubled(project: Project) -> Iterator[str]:
    """The resources and nested deployments that overwrite each other."""
    for variation, expansion in project.expansions():
        ids = Counter(resource.id.lower() for resource in expansion.resources)
        names = Counter(expansion.names)
        yield from (f"{variation}: {id_} is there twice" for id_, count in ids.items() if count > 1)
        yield from (
            f"{variation}: two deployments are called {name}"
            for (_, name), count in names.items()
            if count > 1
        )
