"""A notebook cell as plain Python for ``pipeline.py``, its last value displayed as in the notebook.

Magics and shell escapes are translated; one that has no plain counterpart stays a ``get_ipython()`` call, which the
script answers with an embedded IPython, and says why.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from jupyter_repro.analysis.code.textspan import TextSpans
from jupyter_repro.bundle.codetext import compiles, indented, parsed
from jupyter_repro.bundle.magics import Work, is_shell_call, without_magics


@dataclass(frozen=True, kw_only=True, slots=True)
class Translated:
    """A cell as plain Python. ``calls`` names the support functions that it uses; ``notes`` say what was changed."""

    source: str
    calls: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    future: frozenset[str] = frozenset()
    """Features that the cell imports from ``__future__``: a script can do that in its first line only."""


def translate(source: str, *, number: int, raises: bool = False) -> Translated:
    """The cell as Python that does what the notebook's cell does, its last value displayed as there.

    ``number`` counts the steps from 1 and names what needs a name. With ``raises`` the error that the reference shows
    is printed and the script goes on. Never refuses: what cannot be translated is run by an embedded IPython.
    """
    work = Work(number=number)
    text = without_magics(source, work)
    tree = parsed(text)
    if tree is None:
        work.calls.add("run_cell")
        work.notes.append("the cell is not Python as it stands; an embedded IPython runs it")
        return _finished(f"run_cell({source!r})", work, raises)
    text = _without_future(text, tree, work)
    text = _displayed(text, parsed(text) or tree, work)
    text = _awaited(text, work)
    if "get_ipython" in text and re.search(r"\bget_ipython\s*\(", text):
        work.calls.add("get_ipython")
    if re.search(r"\bdisplay\s*\(", text):
        work.calls.add("display")
    return _finished(text, work, raises)


def _finished(text: str, work: Work, raises: bool) -> Translated:
    if raises:
        work.calls.add("expected_error")
        text = "with expected_error():\n" + indented(text)
    return Translated(
        source=text.strip("\n"),
        calls=frozenset(work.calls),
        notes=tuple(work.notes),
        future=frozenset(work.future),
    )


def _without_future(text: str, tree: ast.Module, work: Work) -> str:
    """The cell without its imports from ``__future__``, which stand at the script's top."""
    spans = TextSpans(text)
    for node in reversed(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            work.future |= {each.name for each in node.names}
            start, end = spans.of(node)
            text = f"{text[:start]}pass  # from __future__: at the top{text[end:]}"
    return text


def _displayed(text: str, tree: ast.Module, work: Work) -> str:
    """The text with a last expression that is shown, unless a semicolon hides it."""
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return text
    last = tree.body[-1]
    spans = TextSpans(text)
    _, end = spans.of(last.value)
    if re.match(r"\s*\)*\s*;", text[end:]) or _shows_nothing(last.value):
        return text
    # Parentheses around the expression are not part of its node: take the whole statement.
    start, end = spans.of(last)
    work.calls.add("show")
    return f"{text[:start]}show({text[start:end]}){text[end:]}"


def _shows_nothing(value: ast.expr) -> bool:
    """Calls that are known to return None, left bare because it reads better."""
    if isinstance(value, ast.Constant):
        return value.value is None
    if not isinstance(value, ast.Call):
        return False
    name = value.func.id if isinstance(value.func, ast.Name) else ""
    if isinstance(value.func, ast.Attribute) and ast.unparse(value.func) == "os.chdir":
        return True
    plain = {"print", "display", "shell", "script", "write_file", "run_file", "run_cell", "show"}
    if isinstance(value.func, ast.Attribute) and value.func.attr == "show" and not value.args:
        return True
    return name in plain or is_shell_call(value)


def _awaited(text: str, work: Work) -> str:
    """Top-level ``await`` as a script can do it: in a coroutine whose names are the script's."""
    if compiles(text):
        return text
    tree = parsed(text)
    if tree is None:
        return text
    bound = sorted(_bound_at_top(tree))
    names = f"    global {', '.join(bound)}\n" if bound else ""
    wrapped = f"async def _step_{work.number}():\n{names}{indented(text)}\n\n\nwait_for(_step_{work.number}())"
    if not compiles(wrapped):  # a star import, an annotated name: not in a function with global names
        work.calls.add("run_cell")
        work.notes.append("top-level `await` beside a star import or an annotated name; an embedded IPython runs it")
        return f"run_cell({text!r})"
    work.calls.add("wait_for")
    work.notes.append("top-level `await` runs in a coroutine on one event loop")
    return wrapped


def _bound_at_top(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(each.asname or each.name.partition(".")[0] for each in node.names if each.name != "*")
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        waiting.extend(ast.iter_child_nodes(node))
    return names
