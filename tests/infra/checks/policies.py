"""Every resource obeys the rules of its type, and no secret stands where people read it."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.infra.bicep import references
from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.syntax import Call
from tests.infra.bicep.values import Deployed, Value, marks_in
from tests.infra.checks.rules import RULES, Rule
from tests.infra.labels import MISSING, at, label, plain
from tests.infra.project import Project

_KEYS = re.compile(
    r"AccountKey=|SharedAccessKey|SharedAccessSignature=|[?&]sig=|Password=|AccessKey=",
    re.IGNORECASE,
)


def broken_rules(project: Project) -> Iterator[str]:
    """The rules that some resource breaks, by saying otherwise or by saying nothing."""
    yield from (
        f"{variation}: {label(resource)}: {rule.path} is {_said(resource, rule.path)}: {rule.why}"
        for variation, expansion in project.expansions()
        for resource in expansion.resources
        for rule in RULES.get(resource.type, ())
        if _concerns(rule, resource) and not rule.judge(variation, at(resource, rule.path))
    )


def idle_rules(project: Project) -> Iterator[str]:
    """The rules that judge nothing: what they were for is gone, or is called otherwise."""
    resources = [each for _, expansion in project.expansions() for each in expansion.resources]
    yield from (
        f"{kind} {rule.name}: {rule.path}"
        for kind, rules in RULES.items()
        for rule in rules
        if not any(each.type == kind and _concerns(rule, each) for each in resources)
    )


def keys_asked_for(project: Project) -> Iterator[str]:
    """The calls that fetch a key or a secret: nothing here needs one."""
    yield from (
        f"{file.path.name}:{call.line}: {call.name}()"
        for file in project.files
        for root in references.roots(file)
        for call in references.everything(root)
        if isinstance(call, Call) and (call.name.startswith("list") or call.name == "getSecret")
    )


def keys_written(project: Project) -> Iterator[str]:
    """The lines that look as if they held a key."""
    yield from (
        f"{path.name}:{number}: {found.group()}"
        for path in project.paths
        for number, line in enumerate(project.sources.text(path).splitlines(), 1)
        if (found := _KEYS.search(line))
    )


def leaked(project: Project) -> Iterator[str]:
    """The secrets, and the keys of telemetry, that reach an output, a setting, a tag or a name."""
    for variation, expansion in project.expansions():
        for where, value in _readable(expansion):
            if marks_in(value).secret or _KEYS.search(str(value)):
                yield f"{variation}: {where} carries a secret"
        for name, value in expansion.outputs.items():
            if "InstrumentationKey=" in str(value):
                yield f"{variation}: {name} tells the connection string of Application Insights"


def defaulted_secrets(project: Project) -> Iterator[str]:
    """The secure parameters with a default, which anyone can read in the template."""
    yield from (
        f"{file.path.name}:{each.line}: {each.name} is secure, and has a default"
        for file in project.files
        for each in file.parameters.values()
        if each.secure and each.default is not None
    )


def open_secrets(project: Project) -> Iterator[str]:
    """The parameters that are called like secrets, and are not @secure()."""
    yield from (
        f"{file.path.name}:{each.line}: {each.name} is not @secure()"
        for file in project.files
        for each in file.parameters.values()
        if re.search("password|secret$|key$|token$", each.name, re.IGNORECASE) and not each.secure
    )


def _readable(expansion: Expansion) -> Iterator[tuple[str, Value]]:
    """What everyone reads who may read the resource group: all but a vault's secrets."""
    yield from ((f"the output {name}", value) for name, value in expansion.outputs.items())
    for resource in expansion.resources:
        yield f"the name of {label(resource)}", resource.name
        if resource.type != "Microsoft.KeyVault/vaults/secrets":
            yield label(resource), resource.body


def _concerns(rule: Rule, resource: Deployed) -> bool:
    return fnmatchcase(plain(resource.name), rule.name)


def _said(resource: Deployed, path: str) -> str:
    value = at(resource, path)
    return "not set" if value is MISSING else repr(value)
