"""A cell's source as Python: magics taken apart, the syntax tree, and the names it needs and makes.

Works on the text alone, so it serves a notebook that was never run. Results are cached by text: a rerun of the checks
after one edit parses one cell.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from jupyter_repro.analysis.code.names import Names, names_of
from jupyter_repro.analysis.code.syntax import chain_of, nodes_of

PYTHON_BODY = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "px", "debug"})
"""Cell magics whose body is Python of this kernel."""

NOT_REMEMBERED = frozenset(dir(builtins)) | {
    "get_ipython", "display", "exit", "quit", "open", "__name__", "__builtins__", "__doc__", "__session__",
    "_exit_code",
}  # fmt: skip
"""Names that every fresh IPython kernel has, with the same value at each point."""

PREDEFINED = NOT_REMEMBERED | {"In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "_dh"}
"""Names that every fresh IPython kernel has."""

_CELL_MAGIC = re.compile(r"\A\s*%%(?P<name>[\w.]+!?)[ \t]*(?P<line>[^\n]*)(?:\n|\Z)")
_TIMED = re.compile(r"^(?P<indent>[ \t]*)%time[ \t]+(?P<statement>\S[^\n]*)", re.MULTILINE)
_LINE_MAGIC = re.compile(r"^[ \t]*(?:[\w., \t]+=[ \t]*)?(?P<sigil>%|!!|!)(?P<rest>[^\n]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Magic:
    """A magic or shell escape: name with sigil (``%cd``, ``%%bash``, ``!``), what follows it, line from 1."""

    name: str
    argument: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """A module that the cell imports: its full dotted name, and where."""

    module: str
    line: int
    level: int = 0
    guarded: bool = False
    """Inside a ``try`` that handles the failure."""


@dataclass(frozen=True, kw_only=True)
class CellCode:
    """A parsed cell. ``tree`` is None where the text is not Python (another language's cell, or a syntax error).

    What few cells are asked for is worked out then.
    """

    source: str
    tree: ast.Module | None
    names: Names
    magics: tuple[Magic, ...] = ()
    imports: tuple[Imported, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Name bound by an import -> the dotted name it stands for."""
    syntax_error: str | None = None
    exact: bool = True
    """Whether positions in the tree are positions in ``source`` (no magic was rewritten)."""

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """All nodes of the tree from the outside in, contexts and operators left out."""
        return nodes_of(self.tree) if self.tree is not None else ()

    @cached_property
    def calls(self) -> Sequence[tuple[str, str, ast.Call]]:
        """Calls of dotted names: the first part, the rest, the node."""
        return tuple(_calls(self.nodes))


@lru_cache(maxsize=8192)
def parse(source: str) -> CellCode:
    """The cell's code. Never raises: text that is no Python gives a CellCode without a tree."""
    plain = _tree(source)
    if plain is not None:
        return _finished(source, plain, (), exact=True)
    magics: list[Magic] = []
    body, offset = source, 0
    head = _CELL_MAGIC.match(source)
    if head:
        line = source.count("\n", 0, head.end("name")) + 1
        magics.append(Magic(name="%%" + head["name"], argument=head["line"].strip(), line=line))
        if head["name"] not in PYTHON_BODY:
            return CellCode(source=source, tree=None, names=Names(), magics=tuple(magics))
        offset = line
        body = source[head.end() :]
    transformed = _transformed(body)
    blank = len(body) - len(body.lstrip("\n"))
    python = "\n" * (offset + blank) + transformed
    magics += _line_magics(source, skip=offset)
    tree = _tree(python)
    if tree is None:
        return CellCode(
            source=source,
            tree=None,
            names=Names(),
            magics=tuple(magics),
            syntax_error=_syntax_error(python),
            exact=False,
        )
    return _finished(source, tree, tuple(magics), exact=_same_lines(source, python))


def _tree(python: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree: ast.Module = compile(
                python, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
            )
            return tree
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _syntax_error(python: str) -> str | None:
    try:
        ast.parse(python)
    except (SyntaxError, ValueError, RecursionError) as error:
        return str(error)
    return None


def _transformed(body: str) -> str:
    """As IPython would run it, but with ``%time statement`` as the statement, whose names it defines."""
    from IPython.core.inputtransformer2 import TransformerManager  # slow to load, and most notebooks need it not

    try:
        return str(TransformerManager().transform_cell(_TIMED.sub(r"\g<indent>\g<statement>", body)))
    except (SyntaxError, ValueError, RecursionError):
        return body


def _same_lines(source: str, python: str) -> bool:
    """Whether all but the magic lines stand in both texts at the same place."""
    old, new = source.rstrip("\n").split("\n"), python.rstrip("\n").split("\n")
    if len(old) != len(new):
        return False
    return all(a == b or "get_ipython()" in b or b == "" for a, b in zip(old, new, strict=True))


def _line_magics(source: str, skip: int) -> Iterator[Magic]:
    for match in _LINE_MAGIC.finditer(source):
        line = source.count("\n", 0, match.start("sigil")) + 1
        if line <= skip or match["rest"].startswith(("=", "%")):
            continue
        if match["sigil"] == "%":
            name, _, argument = match["rest"].partition(" ")
            if name[:1].isalpha():
                yield Magic(name="%" + name, argument=argument.strip(), line=line)
        else:
            yield Magic(name="!", argument=match["rest"].strip(), line=line)


def _finished(source: str, tree: ast.Module, magics: tuple[Magic, ...], *, exact: bool) -> CellCode:
    imports, aliases = _imports(tree) if "import" in source else ((), {})
    return CellCode(
        source=source,
        tree=tree,
        names=names_of(tree, PREDEFINED),
        magics=magics,
        imports=imports,
        aliases=aliases,
        exact=exact,
    )


def _imports(tree: ast.Module) -> tuple[tuple[Imported, ...], dict[str, str]]:
    nodes = nodes_of(tree)
    guarded = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.Try) and node.handlers
        for statement in node.body
        for inner in nodes_of(statement)
    }
    found: list[Imported] = []
    aliases: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name.partition(".")[0]
                found.append(Imported(module=name.name, line=node.lineno, guarded=id(node) in guarded))
                aliases[name.asname or top] = name.name if name.asname else top
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.append(Imported(module=module, line=node.lineno, level=node.level, guarded=id(node) in guarded))
            for name in node.names:
                if name.name != "*":
                    aliases[name.asname or name.name] = f"{module}.{name.name}" if module else name.name
    return tuple(found), aliases


def _calls(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str, ast.Call]]:
    """The calls whose callee is a dotted name: its first part, the rest, and the node."""
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        names = chain_of(node.func)
        if names:
            yield names[0], ".".join(names[1:]), node
