"""The checkout as the architecture tests see it: its tracked files, its modules, their sizes."""

import ast
import functools
import io
import subprocess
import tokenize
from pathlib import Path

from workbench.places import ROOT

_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or would be: what git does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = sorted(Path(name) for name in listing.stdout.split("\0") if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


def modules() -> list[Path]:
    """The Python files among them that hold anything."""
    return [path for path in files() if path.suffix == ".py" and text(path).strip()]


def text(path: Path) -> str:
    """A file's text, whatever bytes it holds."""
    return (ROOT / path).read_text("utf-8", errors="replace")


def code_lines(source: str) -> int:
    """The lines of `source` that hold code: no blanks, comments or docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - _docstring_lines(ast.parse(source)))


def _docstring_lines(tree: ast.Module) -> set[int]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, owners) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines
