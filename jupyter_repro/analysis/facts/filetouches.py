"""Which files a cell reads and writes: from a recorded run of its present source, else from plain names in its text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from jupyter_repro.analysis.facts.constanttext import text_of
from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.model.document import DocumentCell

READING = frozenset(
    "read_csv read_table read_json read_excel read_parquet read_feather read_pickle read_hdf read_fwf "
    "read_stata read_sas read_spss read_xml read_orc read_sql_table loadtxt genfromtxt fromfile load "
    "imread open_dataset read_text read_bytes read_file from_file read_ipc read_ndjson scan_csv "
    "scan_parquet".split()
)
WRITING = frozenset(
    "to_csv to_json to_excel to_parquet to_feather to_pickle to_hdf to_stata to_xml to_orc to_netcdf "
    "to_file savetxt save savez savez_compressed savefig imsave imwrite write_text write_bytes write_html "
    "write_image write_csv write_parquet tofile".split()
)
_MAGICS = {"%load": "read", "%%writefile": "write", "%%file": "write"}
NOT_FILES = frozenset(["yaml.load", "json.load", "pickle.load", "json.loads", "toml.load", "tomllib.load"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """Paths as they stand in the source or the record."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()
    """What was read before the cell itself wrote it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PathLiteral:
    """A path that a call is given, and what the call does with it. ``{}`` in it stands for a computed part."""

    path: str
    node: ast.Constant | None
    """The constant that is the whole path; None where it is put together, or stands in another place."""
    mode: str
    """``read``, ``write`` or ``other``."""
    call: str
    at: tuple[int, int]
    """Line and column where the call ends."""


def touches(ctx: Context, cell: DocumentCell) -> Touched:
    """What the cell reads and writes of the user's own files."""
    run = ctx.current_run(cell)
    if run is not None:
        return _touched((touch.path, touch.mode) for touch in run.files if touch.role == "user")
    magics = [
        (each.argument.split()[-1], _MAGICS[each.name])
        for each in ctx.code(cell).magics
        if each.name in _MAGICS and each.argument.strip()
    ]
    literals = sorted(path_literals(ctx, cell), key=lambda each: each.at)
    return _touched([*magics, *((each.path, each.mode) for each in literals)])


def _touched(in_order: Iterable[tuple[str, str]]) -> Touched:
    first: dict[str, str] = {}
    paths: dict[str, set[str]] = {"read": set(), "write": set()}
    for path, mode in in_order:
        first.setdefault(path, mode)
        paths.setdefault(mode, set()).add(path)
    return Touched(
        reads=frozenset(paths["read"]),
        writes=frozenset(paths["write"]),
        inputs=frozenset(path for path, mode in first.items() if mode == "read"),
    )


def _end_of(node: ast.Call) -> tuple[int, int]:
    return (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def path_literals(ctx: Context, cell: DocumentCell) -> Iterator[PathLiteral]:
    """Paths that the text decides, as the first argument of calls that open, read or write files."""
    for node in ctx.code(cell).nodes:
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in READING and called not in WRITING and called not in OTHERS:
            continue
        dotted = ctx.dotted(node.func) or ""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else dotted.rpartition(".")[2]
        mode = _mode(node, name, dotted)
        expression = _path_of(ctx, node, name)
        path = text_of(ctx, expression) if mode is not None else None
        if mode is not None and path is not None and _is_path(path):
            while isinstance(expression, ast.Call) and expression.args:
                expression = expression.args[0]
            literal = expression if isinstance(expression, ast.Constant) else None
            yield PathLiteral(path=path, node=literal, mode=mode, call=name, at=_end_of(node))


def _path_of(ctx: Context, node: ast.Call, name: str) -> ast.expr | None:
    """The expression that says which file: the first argument, or the path whose method is called."""
    if ctx.dotted(node.func) in _PATH_SECOND:
        return node.args[1] if len(node.args) > 1 else None
    if isinstance(node.func, ast.Attribute) and name in _PATH_METHODS:
        base = node.func.value
        if text_of(ctx, base) is not None:
            return base
        if name != "open":
            return None
    return node.args[0] if node.args else next((w.value for w in node.keywords if w.arg in _PATH_KEYWORDS), None)


_PATH_METHODS = ("read_text", "read_bytes", "write_text", "write_bytes", "open", "glob", "rglob", "iterdir")
_PATH_SECOND = frozenset(["joblib.dump", "torch.save"])
"""Writers that are given the path second."""
_LISTING = frozenset(["glob.glob", "glob.iglob", "os.listdir", "os.scandir", "os.walk"])
OTHERS = frozenset("open connect File dump glob iglob rglob iterdir listdir scandir walk".split())
_PATH_KEYWORDS = ("filepath_or_buffer", "path", "file", "fname", "filename", "io", "path_or_buf")


def _mode(node: ast.Call, name: str, dotted: str) -> str | None:
    if dotted in NOT_FILES:
        return None
    if name == "open" and dotted in ("open", "io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open", ""):
        place = 1 if dotted else 0
        flags = (
            node.args[place]
            if len(node.args) > place
            else next((w.value for w in node.keywords if w.arg == "mode"), None)
        )
        text = flags.value if isinstance(flags, ast.Constant) and isinstance(flags.value, str) else "r"
        return "write" if set(text) & set("wax") else "read"
    if dotted in _LISTING or (name in ("glob", "rglob", "iterdir") and not dotted.startswith("glob.")):
        return "other"
    if name == "dump":
        return "write" if dotted in _PATH_SECOND else None
    if dotted in ("PIL.Image.open", "sqlite3.connect", "h5py.File"):
        return "read" if dotted == "PIL.Image.open" else "other"
    if name in READING:
        return "read"
    return "write" if name in WRITING else None


def _is_path(text: str) -> bool:
    return 0 < len(text) < 300 and "\n" not in text and "://" not in text and not text.startswith(("<", "{", "["))


def normal(path: str) -> str:
    """A relative path in one form, for comparing."""
    return str(PurePosixPath(path))
