"""Hears of files through libraries that open them natively: their Python-level functions, once they are imported.

Matters for files outside the watched folders only; inside, the watch sees what these libraries do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from glob import glob, has_magic
from types import ModuleType
from typing import Any

from jupyter_repro.capture.calls.functioncalls import FunctionCalls
from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.calls.patches import Patches
from jupyter_repro.capture.files.filecalls import KEEP, READ, WRITE, FileCalls

MANY = 1000
"""Files of a pattern that are told."""
UPDATE = READ | WRITE | KEEP
"""Opened for both: whether it was written is settled by the file's time afterwards."""

PYTHON: dict[str, tuple[tuple[str, str, str, int], ...]] = {
    "pyarrow.parquet.core": (
        ("", "read_table", "source", READ),
        ("", "read_schema", "where", READ),
        ("", "read_metadata", "where", READ),
        ("ParquetFile", "__init__", "source", READ),
        ("ParquetWriter", "__init__", "where", WRITE),
    ),
    "pandas.io.parquet": (("PyArrowImpl", "write", "path", WRITE), ("PyArrowImpl", "read", "path", READ)),
    "pyarrow.feather": (
        ("", "read_table", "source", READ),
        ("", "write_feather", "dest", WRITE),
    ),
    "pyarrow.orc": (
        ("", "read_table", "source", READ),
        ("ORCFile", "__init__", "source", READ),
        ("ORCWriter", "__init__", "where", WRITE),
    ),
    "pyarrow.dataset": (("", "dataset", "source", READ), ("", "write_dataset", "base_dir", WRITE)),
    "pyarrow.ipc": (
        ("", "open_file", "source", READ),
        ("", "open_stream", "source", READ),
        ("", "new_file", "sink", WRITE),
        ("", "new_stream", "sink", WRITE),
    ),
    "h5py._hl.files": (("File", "__init__", "name", UPDATE),),
    "tables.file": (("File", "__init__", "filename", UPDATE),),
    "xarray.backends.api": (
        ("", "open_dataset", "filename_or_obj", READ),
        ("", "open_dataarray", "filename_or_obj", READ),
        ("", "to_netcdf", "path_or_file", WRITE),
    ),
    "xarray.backends.writers": (("", "to_netcdf", "path_or_file", WRITE),),
    "torch.serialization": (("", "save", "f", WRITE), ("", "load", "f", READ)),
    "safetensors.torch": (("", "save_file", "filename", WRITE), ("", "load_file", "filename", READ)),
    "polars.io.csv.functions": (("", "read_csv", "source", READ), ("", "scan_csv", "source", READ)),
    "polars.io.parquet.functions": (("", "read_parquet", "source", READ), ("", "scan_parquet", "source", READ)),
    "polars.io.ipc.functions": (("", "read_ipc", "source", READ), ("", "scan_ipc", "source", READ)),
    "polars.io.ndjson": (("", "read_ndjson", "source", READ), ("", "scan_ndjson", "source", READ)),
    "polars.io.json.read": (("", "read_json", "source", READ),),
    "polars.io.avro": (("", "read_avro", "source", READ),),
    "polars.dataframe.frame": tuple(
        ("DataFrame", f"write_{kind}", "file", WRITE) for kind in ("csv", "parquet", "ipc", "json", "ndjson", "avro")
    ),
    "polars.lazyframe.frame": tuple(
        ("LazyFrame", f"sink_{kind}", "path", WRITE) for kind in ("csv", "parquet", "ipc", "ndjson")
    ),
}
"""Module -> (class or "", function, parameter that names the file, what it does)."""

NATIVE: dict[str, tuple[tuple[str, int, int], ...]] = {
    "sqlite3": (("connect", 0, UPDATE),),
    "sqlite3.dbapi2": (("connect", 0, UPDATE),),
    "pyarrow.csv": (("read_csv", 0, READ), ("open_csv", 0, READ), ("write_csv", 1, WRITE)),
    "pyarrow._csv": (("read_csv", 0, READ), ("write_csv", 1, WRITE)),
    "pyarrow.json": (("read_json", 0, READ),),
    "pyarrow": (("memory_map", 0, READ), ("input_stream", 0, READ), ("output_stream", 0, WRITE)),
    "cv2": (("imread", 0, READ), ("imreadmulti", 0, READ), ("imwrite", 0, WRITE)),
    "duckdb": (
        ("connect", 0, UPDATE),
        *((name, 0, READ) for name in ("read_csv", "read_parquet", "read_json", "from_csv_auto", "from_parquet")),
    ),
}
"""Module -> (function, position of the file, what it does): functions that are not Python's."""

SQL = {"duckdb": ("sql", "query", "execute")}
SQL_METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "duckdb": ("DuckDBPyConnection", ("sql", "query", "execute", "executemany", "from_query"))
}
READING_METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "duckdb": ("DuckDBPyConnection", ("read_csv", "read_parquet", "read_json", "from_csv_auto", "from_parquet"))
}
WRITING_METHODS: dict[str, tuple[str, tuple[str, ...]]] = {
    "duckdb": ("DuckDBPyRelation", ("to_csv", "write_csv", "to_parquet", "write_parquet"))
}
"""Methods of compiled classes that let themselves be replaced."""
_NAMES = ("database", "filename", "source", "path", "output_file", "path_or_buffer", "file_glob", "file_name")
"""What the parameter that names the file is called."""
_QUOTED = re.compile(r"'([^'\n]+)'")
_COPIED_TO = re.compile(r"(?i)\bto\s+'([^'\n]+)'")


class FileReaders:
    """Listens to each of these libraries from the moment it is imported."""

    def __init__(self, calls: FileCalls, imports: ImportWatch) -> None:
        self._file_calls = calls
        self._imports = imports
        self._functions = FunctionCalls()
        self._patches = Patches()
        self.databases: set[str] = set()
        """Files opened for update by a library that may keep them open: later runs may change them unheard."""

    def start(self) -> None:
        """Begin to wait for the libraries."""
        for name in dict.fromkeys((*PYTHON, *NATIVE, *SQL, "netCDF4")):
            self._imports.wait_for(name, self._listen)

    def _listen(self, module: ModuleType) -> None:
        name = module.__name__
        for owner, function, parameter, bits in PYTHON.get(name, ()):
            target = getattr(module, owner, None) if owner else module
            if target is not None:
                self._functions.listen(target, function, self._by_name(parameter, bits))
        for function, position, bits in NATIVE.get(name, ()):
            self._patches.listen(module, function, self._by_position(position, bits))
        for function in SQL.get(name, ()):
            self._patches.listen(module, function, self._by_sql)
        for table, heard in (
            (SQL_METHODS, self._by_sql_of_connection),
            (READING_METHODS, self._by_position(1, READ)),
            (WRITING_METHODS, self._by_position(1, WRITE)),
        ):
            kind, methods = table.get(name, ("", ()))
            for method in methods:
                self._patches.listen(getattr(module, kind, None), method, heard)
        if name == "netCDF4":
            self._patches.listen(module.Dataset, "__init__", self._dataset)

    def stop(self) -> None:
        """Put everything back."""
        self._functions.stop()
        self._patches.undo()

    def _by_name(self, parameter: str, bits: int) -> Callable[[Mapping[str, Any]], None]:
        def heard(arguments: Mapping[str, Any]) -> None:
            mode = arguments.get("mode")
            asked = READ if bits == UPDATE and mode in (None, "r") else bits
            target = arguments.get(parameter)
            if bits == UPDATE and (mode in ("w", "x", "w-") or (asked == UPDATE and not _exists(target))):
                asked = WRITE
            self._add(target, asked)

        return heard

    def _by_position(self, position: int, bits: int) -> Callable[[Any, tuple[Any, ...], dict[str, Any]], None]:
        def heard(result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            names = (
                "database",
                "filename",
                "source",
                "path",
                "output_file",
                "path_or_buffer",
                "file_glob",
                "file_name",
            )
            target = args[position] if len(args) > position else next((kwargs[n] for n in names if n in kwargs), None)
            self._add(target, bits)

        return heard

    def _by_sql(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        text = args[0] if args else kwargs.get("query", "")
        if isinstance(text, str):
            written = set(_COPIED_TO.findall(text))
            for path in _QUOTED.findall(text):
                if path in written:
                    self._add(path, WRITE)
                elif os.path.isfile(path) or has_magic(path):
                    self._add(path, READ)

    def _by_sql_of_connection(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._by_sql(result, args[1:], kwargs)

    def _dataset(self, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """``netCDF4.Dataset(...)``."""
        mode = str(args[2] if len(args) > 2 else kwargs.get("mode", "r"))
        bits = READ if mode == "r" else WRITE if mode[:1] in ("w", "x") else UPDATE
        self._add(args[1] if len(args) > 1 else kwargs.get("filename"), bits)

    def _add(self, target: Any, bits: int) -> None:
        for each in target if isinstance(target, (list, tuple)) else (target,):
            if not isinstance(each, (str, bytes, os.PathLike)):
                continue
            path = os.fsdecode(each)
            if path in ("", ":memory:") or "://" in path or (path.startswith("file:") and "memory" in path):
                continue
            if path.startswith("file:"):
                path = path[len("file:") :].partition("?")[0]
            if bits == READ and has_magic(path) and not os.path.exists(path):
                for one in glob(path, recursive=True)[:MANY]:
                    self._file_calls.note(one, READ, "probe")
                continue
            update = bits == UPDATE
            if update and os.path.isfile(path) and os.stat(path).st_size == 0:
                bits = WRITE  # just made: there is nothing to read
            self._file_calls.note(path, bits, "probe")
            if update:
                self.databases.add(os.path.join(os.getcwd(), path))


def _exists(target: Any) -> bool:
    return isinstance(target, (str, bytes, os.PathLike)) and os.path.exists(target)
