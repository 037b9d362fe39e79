"""The templates are Bicep, and every name in them leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pycep
from lark import LarkError

from tests.infra.bicep import references
from tests.infra.bicep.fits import constant, refused
from tests.infra.bicep.library import BadTemplate, beside
from tests.infra.bicep.reader import literal
from tests.infra.bicep.syntax import File, Literal, Module, Object
from tests.infra.bicep.values import Unevaluable
from tests.infra.project import PARAMETERS, Project

# Published versions are newer than any date here; the linter of the workflow only tells of them.
WARNED = {"use-recent-api-versions"}
# All that are on; infra/bicepconfig.json may hold more.
STRICT = {
    "adminusername-should-not-be-literal",
    "explicit-values-for-loc-params",
    "no-conflicting-metadata",
    "no-deployments-resources",
    "no-hardcoded-env-urls",
    "no-hardcoded-location",
    "no-loc-expr-outside-params",
    "no-unnecessary-dependson",
    "no-unused-existing-resources",
    "no-unused-imports",
    "no-unused-params",
    "no-unused-vars",
    "outputs-should-not-contain-secrets",
    "prefer-interpolation",
    "protect-commandtoexecute-secrets",
    "secure-parameter-default",
    "secure-params-in-nested-deploy",
    "secure-secrets-in-params",
    "simplify-interpolation",
    "use-recent-api-versions",
    "use-resource-id-functions",
    "use-resource-symbol-reference",
    "use-stable-vm-image",
}


def unreadable(project: Project) -> Iterator[str]:
    """The files that our own reader does not take."""
    for path in project.paths:
        try:
            project.library.load(path)
        except BadTemplate as wrong:
            yield str(wrong)


def unreadable_elsewhere(project: Project) -> Iterator[str]:
    """The files that pycep does not take; it reads no .bicepparam."""
    parser = pycep.BicepParser()
    for path in project.paths:
        if path.suffix == ".bicep":
            try:
                parser.parse(text=project.sources.text(path))
            except LarkError as wrong:
                yield f"{path.name}: {str(wrong).splitlines()[0]}"


def undefined(project: Project) -> Iterator[str]:
    """The symbols, types and functions that nobody declares."""
    yield from (why for file in project.files for why in references.undefined(file))


def unused(project: Project) -> Iterator[str]:
    """The declarations that nobody uses, and the files that nobody deploys."""
    for file in project.files:
        yield from references.unused(file)
    reached = {project.infra / name for name in PARAMETERS.values()}
    waiting = [*reached]
    while waiting:
        for path in _targets(project.library.load(waiting.pop())):
            if path not in reached and project.sources.has(path):
                reached.add(path)
                waiting.append(path)
    for path in project.paths:
        if path not in reached:
            yield f"{path.name} is part of no deployment"


def misplaced(project: Project) -> Iterator[str]:
    """The paths that lead nowhere: to a registry, to no file, or to one of another case.

    The case counts on Linux, where the workflow deploys, and on no other machine.
    """
    for file in project.files:
        for target in _written(file):
            if ":" in target:
                yield f"{file.path.name}: {target}: a registry cannot be checked offline"
            elif beside(file, target) not in project.paths:
                yield f"{file.path.name}: {target} is not there"


def miscalled(project: Project) -> Iterator[str]:
    """The modules that get an unknown parameter, or lack a required one, or are read wrongly."""
    for file in project.files:
        called = {
            name: project.library.sibling(file, module.path)
            for name, module in file.modules.items()
        }
        for module in file.modules.values():
            yield from _miscalled(file, module, called[module.name])
        yield from (
            f"{file.path.name}:{line}: {symbol} has no output {output}"
            for symbol, output, line in references.outputs_read(file)
            if symbol in called and output not in called[symbol].outputs
        )
        if file.using is not None:
            main = project.library.sibling(file, file.using)
            yield from _differences(file.path.name, main, set(file.assignments))


def misdefaulted(project: Project) -> Iterator[str]:
    """The defaults that their own parameters refuse, though every environment may set others."""
    for file in project.files:
        aliases = project.library.aliases(file)
        for parameter in file.parameters.values():
            if parameter.default is None:
                continue
            try:
                default = constant(parameter.default)
            except Unevaluable:
                continue  # it is computed, and was judged when a variation computed it
            if why := refused(default, parameter, aliases):
                yield f"{file.path.name}:{parameter.line}: the default of {parameter.name}: {why}"


def lenient(project: Project) -> Iterator[str]:
    """The rules of the real linter that are off, or that a line silences without a reason."""
    core = project.json("infra/bicepconfig.json")["analyzers"]["core"]
    rules = core["rules"]
    if core["enabled"] is not True:
        yield "bicepconfig.json: the linter is off"
    yield from (
        f"bicepconfig.json: {name} is {rule['level']}"
        for name, rule in rules.items()
        if rule["level"] != "error" and name not in WARNED
    )
    yield from (f"bicepconfig.json: {name} is not on" for name in sorted(STRICT - set(rules)))
    for path in project.paths:
        for number, line in enumerate(project.sources.text(path).splitlines(), 1):
            if re.search(r"#disable-(next-line|diagnostics)", line) and "//" not in line:
                yield f"{path.name}:{number}: silenced without a reason"


def _targets(file: File) -> Iterator[Path]:
    for target in _written(file):
        yield beside(file, target)


def _written(file: File) -> list[str]:
    """The paths of other files that stand in this one."""
    modules = [module.path for module in file.modules.values()]
    return [*modules, *(each.path for each in file.imports), *([file.using] if file.using else [])]


def _miscalled(file: File, module: Module, callee: File) -> Iterator[str]:
    given = literal(module.body, "params") or Object(())
    where = f"{file.path.name}:{module.line}"
    if not isinstance(given, Object):
        yield f"{where}: the parameters of {module.name} are to be written out"
        return
    names = {str(key.value) for key, _ in given.members if isinstance(key, Literal)}
    yield from _differences(where, callee, names)


def _differences(where: str, callee: File, given: set[str]) -> Iterator[str]:
    required = {each.name for each in callee.parameters.values() if each.required}
    for name in sorted(given - {*callee.parameters}):
        yield f"{where}: {callee.path.name} has no parameter {name}"
    for name in sorted(required - given):
        yield f"{where}: {callee.path.name} lacks its {name}"
