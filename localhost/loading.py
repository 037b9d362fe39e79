"""Finds the app object named by ``module:attribute``, as uvicorn and the Python worker do."""

import importlib
import sys
import traceback
from pathlib import Path
from types import ModuleType

import azure.functions as func

from localhost.errors import AppLoadError

PACKAGES = Path(".python_packages") / "lib" / "site-packages"


def load_app(target: str, root: Path) -> func.FunctionRegister:
    """Import the app below ``root`` and return it.

    ``target`` is ``module:attribute``, or a module that is searched for its one app object
    (reference/host-triggers.md 1.1). The search is made in both cases: a second app object stops
    the real host. Raises AppLoadError with file, line and cure.
    """
    stem, _, attribute = target.partition(":")
    module = _import(stem, root)
    file = module.__file__ or stem
    apps = [
        name for name in dir(module) if isinstance(getattr(module, name), func.FunctionRegister)
    ]
    if attribute and not hasattr(module, attribute):
        raise AppLoadError(
            f"{file}: there is no '{attribute}' in module '{stem}'. "
            f"Define it ('{attribute} = func.FunctionApp()') or name another than '{target}'."
        )
    if attribute and attribute not in apps:
        kind = type(getattr(module, attribute)).__name__
        raise AppLoadError(
            f"{file}: '{attribute}' is a {kind}, not a function app. "
            "Make it a FunctionApp or a durable DFApp."
        )
    if not apps:
        raise AppLoadError(
            f"{file}: could not find top level function app instances. "
            "Define one at module level: 'app = func.FunctionApp()'."
        )
    if len(apps) > 1:
        raise AppLoadError(
            f"{file}: more than one top level function app instances are defined: "
            f"{', '.join(apps)}. Keep one, under one name; the rest can be blueprints."
        )
    app = getattr(module, attribute or apps[0])
    assert isinstance(app, func.FunctionRegister)  # noqa: S101 - narrows for mypy; seen above
    return app


def where(error: BaseException, root: Path) -> str:
    """Return ``file:line`` of the app's own line that led to ``error``.

    The deepest frame below ``root`` counts; a fault inside an installed package is so traced back
    to the line of the app that called it.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(Path(frame.filename), root)]
    for frame in reversed(own or list(frames)):
        return f"{frame.filename}:{frame.lineno}"
    return str(root)


def _is_own(file: Path, root: Path) -> bool:
    """Whether the app's author wrote this file: below the root, in no environment or package."""
    return (
        file.is_relative_to(root)
        and not {"site-packages", "dist-packages"} & set(file.parts)
        and not file.is_relative_to(Path(__file__).parent)
    )


def _import(stem: str, root: Path) -> ModuleType:
    path = root / Path(*stem.split(".")).with_suffix(".py")
    if not path.exists():
        raise AppLoadError(
            f"{path}: there is no such file. Start in the folder that holds it, "
            "or name the folder with --script-root."
        )
    for entry in (
        root / PACKAGES,
        root,
    ):  # the worker's search path (reference/host-triggers.md 6.1)
        if str(entry) not in sys.path:
            sys.path.insert(0, str(entry))
    try:
        return importlib.import_module(stem)
    except ModuleNotFoundError as missing:
        raise AppLoadError(
            f"{where(missing, root)}: {missing}. Is it in requirements.txt, and is that installed "
            "in this environment? A module of your own must lie below the script root."
        ) from missing
    except (Exception, SystemExit) as broken:
        raise AppLoadError(
            f"{where(broken, root)}: importing '{stem}' failed with "
            f"{type(broken).__name__}: {broken}. Correct that line and start again."
        ) from broken
