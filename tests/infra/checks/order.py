"""Everything waits for what it needs: Azure deploys all at once what does not refer to another."""

from collections.abc import Iterator

from tests.infra.bicep import references
from tests.infra.bicep.reader import literal
from tests.infra.bicep.syntax import Expression, File, Literal, Module, Object, Resource
from tests.infra.labels import IDENTITY
from tests.infra.project import Project

_ACCOUNT = "Microsoft.Storage/storageAccounts"
# What is made only when the other is there, and would fail or start blind before.
WAITS = {
    # The first start looks for its package, its storage and its secrets (infra.md 3.4).
    "Microsoft.Web/sites": (
        IDENTITY,
        _ACCOUNT,
        "Microsoft.DurableTask/schedulers",
        "Microsoft.Insights/components",
        "Microsoft.KeyVault/vaults",
        "Microsoft.Network/privateEndpoints",
    ),
    # Versions can be deleted only where they are kept.
    f"{_ACCOUNT}/managementPolicies": (f"{_ACCOUNT}/blobServices",),
}


def hasty(project: Project) -> Iterator[str]:
    """What does not wait for something that it needs and that the same file brings up."""
    for file in project.files:
        made = {each.name: _made(project, file, each) for each in _declared(file)}
        for name, kinds in made.items():
            needed = {need for kind in kinds for need in WAITS.get(kind, ())} - kinds
            waits = waited(file, name)
            yield from (
                f"{file.path.name}: {name} does not wait for {other}"
                for other, others in made.items()
                if other != name and others & needed and other not in waits
            )


def guessed(project: Project) -> Iterator[str]:
    """The modules that look up a resource by a name that nobody has told them it has.

    A name from an output makes the module wait for the resource; one composed again does not.
    """
    for file in project.files:
        for module in file.modules.values():
            callee = project.library.sibling(file, module.path)
            given = literal(module.body, "params")
            for parameter in sorted(_looked_up(callee)):
                argument = literal(given, parameter) if isinstance(given, Object) else None
                if argument is None or not _is_told(file, argument):
                    yield f"{file.path.name}:{module.line}: {module.name} is given its {parameter}"


def waited(file: File, name: str) -> set[str]:
    """The resources and modules of a file that are there before `name` is.

    What may be left out passes nothing on: what it waits for would be left out with it.
    """
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for each in _direct(file, waiting.pop()) - found:
            found.add(each)
            if _find(file, each).condition is None:
                waiting.append(each)
    return found


def _declared(file: File) -> Iterator[Resource | Module]:
    yield from (each for each in file.resources.values() if not each.existing)
    yield from file.modules.values()


def _find(file: File, name: str) -> Resource | Module:
    return file.resources.get(name) or file.modules[name]


def _made(project: Project, file: File, declared: Resource | Module) -> set[str]:
    """The types that a resource or module brings up, those of a module's own modules left out."""
    if isinstance(declared, Resource):
        return {declared.type}
    callee = project.library.sibling(file, declared.path)
    return {each.type for each in callee.resources.values() if not each.existing}


def _direct(file: File, name: str) -> set[str]:
    """What `name` itself refers to, by variables too."""
    return {
        each
        for each in _names(file, references.whole(_find(file, name)))
        if each in file.resources or each in file.modules
    }


def _names(file: File, node: Expression) -> set[str]:
    """The names in an expression, and in the variables that it names."""
    found: set[str] = set()
    waiting = [each.name for each in references.free_names(node)]
    while waiting:
        name = waiting.pop()
        if name not in found and name in file.variables:
            value = file.variables[name].value
            waiting += [each.name for each in references.free_names(value)]
        found.add(name)
    return found


def _looked_up(file: File) -> set[str]:
    """The parameters that name a resource which is to be there already."""
    existing = (each for each in file.resources.values() if each.existing)
    return {
        name
        for each in existing
        if literal(each.body, "parent") is None
        for name in _names(file, literal(each.body, "name") or Literal(None))
        if name in file.parameters
    }


def _is_told(file: File, argument: Expression) -> bool:
    """Whether a module's output, or a resource, is in it."""
    told_by = {symbol for symbol, _, _ in references.outputs_in(argument)}
    return bool(told_by or _names(file, argument) & {*file.resources})
