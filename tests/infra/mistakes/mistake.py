"""What a mistake in the infrastructure is: one change, and the check that finds it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.infra.code import Code
from tests.infra.project import Project

Check = Callable[[Project], Iterator[str]]
Edit = Callable[[Project], Project]


@dataclass(frozen=True)
class Mistake:
    """`what` was done wrong, by `edit`; `check` has to complain."""

    what: str
    check: Check
    edit: Edit

    def __str__(self) -> str:
        """For test names."""
        return self.what


def swap(name: str, old: str, new: str) -> Edit:
    """Write `new` for `old`, which stands just once in the file."""

    def edit(project: Project) -> Project:
        path = project.sources.root / name
        text = project.sources.text(path)
        times = text.count(old)
        assert times == 1, f"{name} holds {old!r} {times} times: write this mistake anew"
        return Project(project.sources.written(path, text.replace(old, new)), project.code)

    return edit


def rename(old: str, new: str) -> Edit:
    """Give a file another name."""

    def edit(project: Project) -> Project:
        root, sources = project.sources.root, project.sources
        moved = sources.written(root / new, sources.text(root / old)).written(root / old, None)
        return Project(moved, project.code)

    return edit


def add(name: str, text: str) -> Edit:
    """Write a new file."""
    return lambda project: Project(
        project.sources.written(project.sources.root / name, text), project.code
    )


def code(change: Callable[[Code], Code]) -> Edit:
    """Change the code and leave the infrastructure as it is."""
    return lambda project: Project(project.sources, change(project.code))
