"""Files: by digest, and where the bytes differ, by format."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from jupyter_repro.verify.compare import image
from jupyter_repro.verify.compare.markup import compare_markup, compare_table
from jupyter_repro.verify.compare.outcome import IDENTICAL, Comparing, Outcome, different, equivalent, worst
from jupyter_repro.verify.compare.structure import compare_structure
from jupyter_repro.verify.compare.text import compare_text
from jupyter_repro.verify.compare.vector import compare_svg

Format = Callable[[bytes, bytes, Comparing], Outcome]
_TEXT = frozenset(
    {".txt", ".md", ".rst", ".log", ".py", ".r", ".yaml", ".yml", ".toml", ".ini", ".tex", ".dat", ".sql"}
)
_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff"})
_ARCHIVES = frozenset({".zip", ".xlsx", ".docx", ".pptx", ".npz", ".jar", ".whl"})


def compare_file(reference: Path, actual: Path, terms: Comparing, *, name: str = "") -> Outcome:
    """How alike two files are. ``name`` gives the format where the paths' own suffixes do not."""
    one, other = reference.read_bytes(), actual.read_bytes()
    if one == other:
        return IDENTICAL
    suffix = PurePosixPath(name or actual.name).suffix.lower()
    if suffix in (".sqlite", ".sqlite3", ".db") and one[:15] == other[:15] == b"SQLite format 3":
        return _sqlite(reference, actual, terms)
    return compare_bytes(name or actual.name, one, other, terms)


def compare_bytes(name: str, one: bytes, other: bytes, terms: Comparing) -> Outcome:
    """How alike the contents of two files of this name are."""
    if one == other:
        return IDENTICAL
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    try:
        if suffix == ".gz":
            return compare_bytes(path.stem, gzip.decompress(one), gzip.decompress(other), terms)
        comparator = _format(suffix)
        if comparator is None:
            return different(
                "bytes differ",
                f"{len(one)} bytes became {len(other)}; {suffix or 'this format'} is compared by bytes only",
            )
        return _rewritten(comparator(one, other, terms))
    except (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile, csv.Error) as error:
        return different("bytes differ", f"and it cannot be read as {suffix}: {error}")


def _rewritten(outcome: Outcome) -> Outcome:
    """Files whose bytes differ are not identical, whatever their contents say."""
    return equivalent("same contents, written differently") if outcome.likeness == "identical" else outcome


def _format(suffix: str) -> Format | None:
    if suffix in _IMAGES:
        return image.compare_image
    if suffix in _ARCHIVES:
        return _archive
    if suffix in _TEXT:
        return lambda one, other, terms: compare_text(one.decode(), other.decode(), terms)
    return {
        ".csv": _table(","),
        ".tsv": _table("\t"),
        ".json": lambda one, other, terms: compare_structure(json.loads(one), json.loads(other), terms),
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".geojson": lambda one, other, terms: compare_structure(json.loads(one), json.loads(other), terms),
        ".html": lambda one, other, terms: compare_markup(one.decode(), other.decode(), terms),
        ".svg": lambda one, other, terms: compare_svg(one.decode(), other.decode(), terms),
        ".npy": _numpy,
        ".parquet": _arrow,
        ".feather": _arrow,
    }.get(suffix)


def _table(delimiter: str) -> Format:
    def compare(one: bytes, other: bytes, terms: Comparing) -> Outcome:
        rows = [
            list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))
            for data in (one, other)
        ]
        return compare_table(rows[0], rows[1], terms)

    return compare


def _json_lines(one: bytes, other: bytes, terms: Comparing) -> Outcome:
    values = [[json.loads(line) for line in data.splitlines() if line.strip()] for data in (one, other)]
    return compare_structure(values[0], values[1], terms)


def _archive(one: bytes, other: bytes, terms: Comparing) -> Outcome:
    with zipfile.ZipFile(io.BytesIO(one)) as a, zipfile.ZipFile(io.BytesIO(other)) as b:
        if sorted(a.namelist()) != sorted(b.namelist()):
            return different("archive with other members", f"{len(a.namelist())} members became {len(b.namelist())}")
        members = [name for name in a.namelist() if not name.startswith("docProps/")]
        return worst(compare_bytes(name, a.read(name), b.read(name), terms) for name in members)


def _sqlite(reference: Path, actual: Path, terms: Comparing) -> Outcome:
    dumps = []
    for path in (reference, actual):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            dumps.append("\n".join(connection.iterdump()))
        except sqlite3.Error as error:
            return different("bytes differ", f"and it cannot be read as a database: {error}")
        finally:
            connection.close()
    return _rewritten(compare_text(dumps[0], dumps[1], terms))


def _numpy(one: bytes, other: bytes, terms: Comparing) -> Outcome:
    if importlib.util.find_spec("numpy") is None:
        return different("bytes differ", "install numpy to compare arrays by their values")
    import numpy as np

    a, b = (np.load(io.BytesIO(data), allow_pickle=False) for data in (one, other))
    if a.shape != b.shape or a.dtype != b.dtype:
        return different("array of another shape or type", f"{a.dtype}{list(a.shape)} became {b.dtype}{list(b.shape)}")
    if a.dtype.kind not in "fc":
        count = int((a != b).sum())
        return different(f"{count} of {a.size} values differ") if count else IDENTICAL
    close = np.isclose(a, b, rtol=terms.tolerance.relative, atol=terms.tolerance.absolute, equal_nan=True)
    if not close.all():
        return different(f"{int((~close).sum())} of {a.size} values differ", f"by up to {np.nanmax(np.abs(a - b)):.3g}")
    terms.ignored["numbers within tolerance"] += int((a != b).sum())
    return equivalent(f"numbers within tolerance ({terms.tolerance})")


def _arrow(one: bytes, other: bytes, terms: Comparing) -> Outcome:
    if importlib.util.find_spec("pyarrow") is None:
        return different("bytes differ", "install pyarrow to compare tables by their values")
    import pyarrow as arrow
    from pyarrow import feather, parquet

    read = parquet.read_table if one[:4] == b"PAR1" else feather.read_table
    a, b = (read(arrow.BufferReader(data)) for data in (one, other))
    if a.schema.names != b.schema.names or a.schema.types != b.schema.types or a.num_rows != b.num_rows:
        return different(
            "table of another shape", f"{a.num_rows} rows of {a.schema.names} became {b.num_rows} of {b.schema.names}"
        )
    if a.equals(b):
        return IDENTICAL
    found = [
        compare_structure(a.column(name).to_pylist(), b.column(name).to_pylist(), terms) for name in a.schema.names
    ]
    return worst(found)
