"""Expands a deployment to the resources it would bring up, every module and loop taken apart."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.infra.bicep import scopes
from tests.infra.bicep.evaluate import Evaluator, Locals
from tests.infra.bicep.fits import misfit, refused
from tests.infra.bicep.library import BadTemplate, Library, at, beside
from tests.infra.bicep.reader import literal
from tests.infra.bicep.syntax import (
    Expression,
    File,
    Loop,
    Module,
    Object,
    Parameter,
    Resource,
)
from tests.infra.bicep.values import (
    Body,
    Deployed,
    Marks,
    Origin,
    Place,
    Unevaluable,
    Value,
    arrived,
    marked,
)

# They tell where a resource is; the rest of its body is what the provider gets.
_PLACING = ("name", "parent", "scope")


@dataclass(slots=True)
class Expansion:
    """What one file of parameters brings up; `names` are those of the nested deployments."""

    parameters: dict[str, Value]
    resources: list[Deployed] = field(default_factory=list)
    outputs: dict[str, Value] = field(default_factory=dict)
    files: set[Path] = field(default_factory=set)
    names: list[tuple[str, str]] = field(default_factory=list)

    def of(self, kind: str) -> list[Deployed]:
        """The resources of this type."""
        return [resource for resource in self.resources if resource.type == kind]

    def by_id(self, id_: str) -> Deployed | None:
        """The resource with this id, if the deployment brings it up."""
        return next((resource for resource in self.resources if resource.id == id_), None)


def expand(
    library: Library,
    parameters: Path,
    overrides: Mapping[str, Value],
    environment: Mapping[str, str],
) -> Expansion:
    """The resources of a .bicepparam file, some of its parameters set otherwise.

    `environment` is what readEnvironmentVariable() reads.

    Raises:
        BadTemplate: something cannot be resolved, does not fit, or is known too late.
    """
    sheet = library.load(parameters)
    if sheet.using is None:
        raise BadTemplate(f"{parameters.name}: it says not which file it is for (using)")
    expansion = Expansion({**_given(library, sheet, environment), **overrides})
    main = library.sibling(sheet, sheet.using)
    template = _Template(library, main, scopes.HERE, expansion.parameters, expansion)
    expansion.outputs = template.run()
    return expansion


def _given(library: Library, sheet: File, environment: Mapping[str, str]) -> dict[str, Value]:
    """What a .bicepparam file gives."""
    reading = _Template(library, sheet, scopes.HERE, {}, Expansion({}))
    read = functools.partial(_read_variable, environment)
    reading.functions = {**reading.functions, "readEnvironmentVariable": read}
    given = {}
    for name, assignment in sheet.assignments.items():
        with at(sheet, assignment.line):
            given[name] = reading.evaluator.value(assignment.value, {})
    return given


def _read_variable(environment: Mapping[str, str], name: str, default: str | None = None) -> str:
    if name in environment:
        return environment[name]
    if default is None:
        raise Unevaluable(f"the environment has no {name}, and no default is given")
    return default


class _Template:
    """One file at one place with one set of parameters."""

    def __init__(
        self,
        library: Library,
        file: File,
        place: Place,
        given: Mapping[str, Value],
        expansion: Expansion,
    ) -> None:
        self.library, self.file, self.place = library, file, place
        self.given, self.expansion = given, expansion
        self.functions: Mapping[str, Any] = {
            **scopes.functions(place),
            "loadJsonContent": lambda path: json.loads(self._content(path)),
            "loadTextContent": self._content,
        }
        self.evaluator = Evaluator(self)
        self.aliases = library.aliases(file)
        self._known: dict[str, Value] = {}
        self._underway: set[str] = set()

    def run(self) -> dict[str, Value]:
        """Bring up everything the file declares; returns its outputs."""
        file = self.file
        if file.scope != self.place.kind:
            place = self.place.kind
            raise BadTemplate(f"{file.path.name} is for a {file.scope}, not for a {place}")
        self.expansion.files.add(file.path)
        if unknown := set(self.given) - set(file.parameters):
            raise BadTemplate(f"{file.path.name} has no parameter {', '.join(sorted(unknown))}")
        before = len(self.expansion.resources)
        for name in (*file.parameters, *file.variables, *file.resources, *file.modules):
            self.symbol(name)
        for resource in self.expansion.resources[before:]:
            _ = resource.body  # computed now, so that what is wrong in it is told now
        return {name: self._output(name) for name in file.outputs}

    def symbol(self, name: str) -> Value:
        """The value of a declared symbol, computed when it is first asked for."""
        if name not in self._known:
            if name in self._underway:
                raise Unevaluable(f"{name} needs itself")
            self._underway.add(name)
            self._known[name] = self._compute(name)
        return self._known[name]

    def method(self, of: Value, name: str, arguments: list[Value]) -> Value:
        """The answer of a resource's function: keys and secrets, all of them."""
        if not isinstance(of, Deployed):
            raise Unevaluable(f"{of!r} has no function {name}")
        return scopes.listed(name)

    def _content(self, path: str) -> str:
        try:
            return self.library.sources.text(beside(self.file, path))
        except FileNotFoundError as missing:
            raise Unevaluable(f"the file {path} is not there") from missing

    def _compute(self, name: str) -> Value:
        file = self.file
        if name in file.parameters:
            return self._parameter(file.parameters[name])
        if name in file.variables:
            with at(file, file.variables[name].line):
                return self.evaluator.value(file.variables[name].value, {})
        for each in file.imports:
            if name in each.names:
                source = self.library.sibling(file, each.path)
                return _Template(self.library, source, self.place, {}, Expansion({})).symbol(name)
        declared = file.resources.get(name) or file.modules.get(name)
        if declared is None:
            raise Unevaluable(f"nothing is called {name}")
        with at(file, declared.line):
            if declared.loop is None:
                return self._brought_up(declared, {})
            return [self._brought_up(declared, known) for known in self._rounds(declared.loop)]

    def _brought_up(self, declared: Resource | Module, known: Locals) -> Value:
        if isinstance(declared, Resource):
            return self._resource(declared, known)
        return self._module(declared, known)

    def _rounds(self, loop: Loop) -> list[dict[str, Value]]:
        self.evaluator.late_free(loop.source, {}, "what a loop goes over")
        return self.evaluator.rounds(loop, {})

    def _parameter(self, parameter: Parameter) -> Value:
        with at(self.file, parameter.line):
            if parameter.name in self.given:
                value = arrived(self.given[parameter.name])
            elif parameter.default is not None:
                value = self.evaluator.value(parameter.default, {})
            elif parameter.required:
                raise Unevaluable(f"the parameter {parameter.name} is required, and not given")
            else:
                value = None
            if why := refused(value, parameter, self.aliases):
                raise Unevaluable(f"the parameter {parameter.name}: {why}")
        return marked(value, Marks(secret=True)) if parameter.secure else value

    def _output(self, name: str) -> Value:
        output = self.file.outputs[name]
        with at(self.file, output.line):
            value = self.evaluator.value(output.value, {})
            if why := misfit(value, output.type, self.aliases):
                raise Unevaluable(f"the output {name}: {why}")
        return value

    def _condition(self, condition: Expression | None, known: Locals) -> bool:
        return condition is None or bool(self.evaluator.value(condition, known))

    def _member(self, body: Object, name: str, known: Locals) -> Value:
        node = literal(body, name)
        return None if node is None else self.evaluator.value(node, known)

    def _resource(self, declared: Resource, known: Locals) -> Deployed:
        name_node = literal(declared.body, "name")
        if name_node is None:
            raise Unevaluable(f"{declared.name} has no name")
        name = self.evaluator.late_free(name_node, known, f"the name of {declared.name}")
        parent = self._member(declared.body, "parent", known)
        origin = Origin(
            declared.type, declared.version, declared.existing, self.file.path, declared.name
        )
        scope = self._member(declared.body, "scope", known)
        id_ = self._id(declared.type, name, parent, scope)
        full = f"{parent.name}/{name}" if parent else name
        resource = Deployed(origin, full, id_, functools.partial(self._body, declared, known))
        if not declared.existing and self._condition(declared.condition, known):
            self.expansion.resources.append(resource)
        return resource

    def _id(self, kind: str, name: str, parent: Deployed | None, scope: Value) -> str:
        if parent is not None:
            if kind.rpartition("/")[0] != parent.type:
                raise Unevaluable(f"{kind} cannot have a {parent.type} as its parent")
            return f"{parent.id}/{kind.rpartition('/')[2]}/{name}"
        if isinstance(scope, Deployed):
            return scopes.resource_id(scope.id, kind, name.split("/"))
        place = self.place if scope is None else scopes.place_of(scope, self.place)
        return scopes.resource_id(place.id, kind, name.split("/"))

    def _body(self, declared: Resource, known: Locals) -> Body:
        with at(self.file, declared.line):
            members = [
                (key, value)
                for key, value in declared.body.members
                if getattr(key, "value", None) not in _PLACING
            ]
            return dict(self.evaluator.value(Object(tuple(members)), known))

    def _module(self, declared: Module, known: Locals) -> Value:
        """Its name and outputs; nothing if its condition does not hold."""
        if not self._condition(declared.condition, known):
            return None
        given = self._member(declared.body, "params", known) or {}
        scope = self._member(declared.body, "scope", known)
        place = self.place if scope is None else scopes.place_of(scope, self.place)
        name = self._member(declared.body, "name", known) or declared.name
        self.expansion.names.append((place.id, name))
        file = self.library.sibling(self.file, declared.path)
        outputs = _Template(self.library, file, place, given, self.expansion).run()
        return {"name": name, "outputs": marked(outputs, Marks(late=True))}
