"""A hash of what the truth file depends on: the planted parameters and the code that draws and judges.

Belongs here: the list of files and the hash. Does not belong here: the truth itself.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent
PARAMETER_FILES = ("planted.toml", "planted_roles.toml")
CODE_FILES = (
    "codes.py", "coverage.py", "derived.py", "draw.py", "entry_facts.py", "latent.py", "membership.py", "panel.py",
    "parameters.py", "population.py", "process.py", "quantities.py", "regression_sums.py", "success_facts.py",
)  # fmt: skip


def hash_generator(folder: Path = FOLDER) -> str:
    """Hash of parameters and code, 64 hexadecimal digits; comments, docstrings and layout do not count in code.

    Parameters
    ----------
    folder : Path
        Where the files are.
    """
    digest = hashlib.sha256()
    for name in PARAMETER_FILES:
        digest.update((folder / name).read_bytes())
    for name in CODE_FILES:
        digest.update(name.encode())
        digest.update(dump_code((folder / name).read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def dump_code(text: str) -> str:
    """Syntax tree of a module as text, without docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [part for part in body if not is_bare_text(part)] or [ast.Pass()]
    return ast.dump(tree)


def is_bare_text(node: ast.AST) -> bool:
    """Whether a statement is a string by itself: a docstring or a note under an assignment."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
