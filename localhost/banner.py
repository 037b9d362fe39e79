"""The list of functions that a start ends with, as Core Tools prints it.

See reference/host-triggers.md 8.2.
"""

from collections.abc import Iterable, Sequence

from localhost.functions import FunctionSpec
from localhost.routes import full_route


def banner(specs: Sequence[FunctionSpec], base_url: str, prefix: str) -> str:
    """Return the block that names every function: URL and verbs, or its trigger's type.

    HTTP functions come first, then the others, each group in the order given. Disabled functions
    and those in error are named with the reason, below.
    """
    running = [spec for spec in specs if spec.runs]
    http = [spec for spec in running if spec.trigger.type.lower() == "httptrigger"]
    others = [spec for spec in running if spec.trigger.type.lower() != "httptrigger"]
    lines = ["", "Functions:", ""] if running else [""]
    for spec in http:
        url = f"{base_url.rstrip('/')}/{full_route(spec, prefix)}"
        lines += [f"\t{spec.name}: {_verbs(spec)} {url}", ""]
    for spec in others:
        lines += [f"\t{spec.name}: {spec.trigger.type}", ""]
    return "\n".join([*lines, *_absent(specs), "For detailed output, run with --verbose flag."])


def _verbs(spec: FunctionSpec) -> str:
    methods = spec.trigger.options.get("methods")
    return f"[{','.join(str(verb).upper() for verb in methods)}]" if methods else ""


def _absent(specs: Iterable[FunctionSpec]) -> Iterable[str]:
    for spec in specs:
        if spec.errors:
            yield f"The '{spec.name}' function is in error: {' '.join(spec.errors)} ({spec.source})"
        elif spec.disabled:
            yield f"Function {spec.name} is disabled."
