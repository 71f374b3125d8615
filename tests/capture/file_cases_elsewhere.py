# ruff: noqa: E501
"""Ways that other people's notebooks touch files: commands with variables, patterns, notebooks, what earlier cells left
open, links, and the libraries that read from folders of their own."""

from __future__ import annotations

from tests.capture.file_way import ARRAY, CSV, FRAME, RW, TEXT, Case, D, R, W, case

TABLE = "import pyarrow as pa; table = pa.table({'x': [1]})"
TWO = CSV + "; open(f'{D}/b.csv', 'w').write('x,y\\n5,6\\n')"
NOTEBOOK = "import nbformat; nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('z = 2')])"

ELSEWHERE: tuple[Case, ...] = (
    # Commands.
    case("! with a variable", "!cat {D}/a.txt > {D}/b.txt", {"a.txt": R, "b.txt": W}, TEXT),
    case("! with $name", "path = f'{D}/a.txt'\n!sort $path -o $path", {"a.txt": RW}, TEXT),
    case("!cd and a relative name", "!cd {D} && cat a.txt > b.txt", {"a.txt": R, "b.txt": W}, TEXT),
    case("! after chdir", "!cat a.txt\nos.chdir(was)", {"a.txt": R}, TEXT, earlier="import os; was = os.getcwd(); os.chdir(D)"),
    case("!ls, stat, find, du and test", "!ls -l D/a.txt; stat D/a.txt; find D/ -name x; du D/a.txt; test -e D/a.txt", {}, TEXT),
    case("!cp -r", "!cp -r D/s D/t", {"s/a.txt": R, "t/a.txt": W}, "import os; os.mkdir(f'{D}/s'); open(f'{D}/s/a.txt', 'w').write('x')"),
    case("!sed -i", "!sed -i s/one/uno/ D/a.txt", {"a.txt": RW}, TEXT),
    case("!gzip", "!gzip D/a.txt", {"a.txt": R | D, "a.txt.gz": W}, TEXT),
    case("!tar", "!tar cf D/b.tar -C D/ a.txt", {"a.txt": R, "b.tar": W}, TEXT),
    case("!ln -s", "!ln -s a.txt D/l.txt", {"l.txt": W}, TEXT, may={"a.txt": R}),
    case("a child's input and output", "subprocess.run(['cat'], stdin=open(f'{D}/a.txt'), stdout=open(f'{D}/b.txt', 'w'))", {"a.txt": R, "b.txt": W}, TEXT + "; import subprocess"),
    case("a child with its own folder", "subprocess.run('cat a.txt > b.txt', shell=True, cwd=D)", {"a.txt": R, "b.txt": W}, TEXT + "; import subprocess"),
    # Links, patterns, notebooks.
    case("Path.symlink_to", "from pathlib import Path; Path(f'{D}/l.txt').symlink_to('a.txt')", {"l.txt": W}, TEXT, may={"a.txt": R}),
    case("polars scans a pattern", "pl.scan_csv(f'{D}/*.csv').collect(); pl.read_csv(f'{D}/*.csv')", {"a.csv": R, "b.csv": R}, TWO + "; import polars as pl", ("polars",)),
    case("duckdb reads a pattern", "duckdb.sql(f\"select * from '{D}/*.csv'\").fetchall()", {"a.csv": R, "b.csv": R}, TWO + "; import duckdb", ("duckdb",)),
    case("duckdb with a parameter", "duckdb.execute('select * from read_csv(?)', [f'{D}/a.csv']).fetchall()", {"a.csv": R}, CSV + "; import duckdb", ("duckdb",)),
    case("duckdb relation writes", "duckdb.sql('select 1 as x').write_csv(f'{D}/b.csv')", {"b.csv": W}, "import duckdb", ("duckdb",), may={"b.csv": R}),
    case("a notebook written", "nbformat.write(nb, f'{D}/b.ipynb')", {"b.ipynb": W}, NOTEBOOK),
    case("a notebook read", "nbformat.read(f'{D}/a.ipynb', 4)", {"a.ipynb": R}, NOTEBOOK + "; nbformat.write(nb, f'{D}/a.ipynb')"),
    case("papermill", "pm.execute_notebook(f'{D}/a.ipynb', f'{D}/b.ipynb', progress_bar=False, kernel_name='python3')", {"a.ipynb": R, "b.ipynb": W}, NOTEBOOK + "; import papermill as pm; nbformat.write(nb, f'{D}/a.ipynb')", ("papermill",), may={"b.ipynb": R}),
    case("nbconvert's templates", "nbconvert.PythonExporter().from_filename(f'{D}/a.ipynb')", {"a.ipynb": R}, NOTEBOOK + "; import nbconvert; nbformat.write(nb, f'{D}/a.ipynb')"),
    # What an earlier cell left open.
    case("a used handle collected", "handle = None", {}, TEXT, earlier="handle = open(f'{D}/a.txt'); handle.read()"),
    case("an unused handle collected", "handle = None; len([])", {}, TEXT, earlier="handle = open(f'{D}/a.txt')"),
    case("a buffered handle collected", "handle = None; len([])", {"a.txt": W}, TEXT, earlier="handle = open(f'{D}/a.txt', 'a'); handle.write('x')"),
    case("opened to append and left", "open(f'{D}/a.txt', 'a').close()", {}, TEXT),
    case("opened to update and only read", "with open(f'{D}/a.txt', 'r+') as f: f.read()", {"a.txt": R}, TEXT + "; import time; time.sleep(0.05)"),
    case("a handle in an object", "keeper.h.write('x'); keeper.h.flush()", {"b.txt": W}, "class Keeper: pass\nkeeper = Keeper()", earlier="keeper.h = open(f'{D}/b.txt', 'w')"),
    case("a memory map written later", "m[0] = 5; m.flush()", {"b.dat": W}, "import numpy as np", earlier="m = np.memmap(f'{D}/b.dat', dtype='f8', mode='w+', shape=(4,))", may={"b.dat": R}),
    case("a lazy npz", "z['array'].sum()", {"a.npz": R}, ARRAY + "\nnp.savez(f'{D}/a.npz', array=array)", earlier="z = np.load(f'{D}/a.npz')"),
    case("an HDF5 file kept open", "f['y'] = [1]; f.flush()", {"b.h5": W}, "import h5py", ("h5py",), earlier="f = h5py.File(f'{D}/b.h5', 'w')", may={"b.h5": R}),
    case("a database connection kept open", "pd.read_sql('select * from t', c)", {"b.db": R}, FRAME + "\nimport sqlite3", earlier="c = sqlite3.connect(f'{D}/b.db'); frame.to_sql('t', c); c.commit()"),
    case("a lazy polars frame", "lazy.collect()", {"a.csv": R}, CSV + "; import polars as pl", ("polars",), earlier="lazy = pl.scan_csv(f'{D}/a.csv')"),
    case("a logger of before", "log.warning('hi')", {"b.log": W}, "import logging; log = logging.getLogger('MODULE')", earlier="log.addHandler(logging.FileHandler(f'{D}/b.log'))"),
    # Libraries.
    case("pyarrow ipc by path", "with pa.ipc.new_file(f'{D}/b.arrow', table.schema) as w: w.write(table)", {"b.arrow": W}, TABLE, ("pyarrow",)),
    case("pyarrow orc", "orc.write_table(table, f'{D}/b.orc'); orc.read_table(f'{D}/b.orc')", {"b.orc": RW}, TABLE + "; import pyarrow.orc as orc", ("pyarrow",)),
    case("pyarrow schema", "pq.read_schema(f'{D}/a.parquet')", {"a.parquet": R}, TABLE + "; import pyarrow.parquet as pq; pq.write_table(table, f'{D}/a.parquet')", ("pyarrow",)),
    case("pyarrow CSVWriter", "with pc.CSVWriter(f'{D}/b.csv', table.schema) as w: w.write(table)", {"b.csv": W}, TABLE + "; import pyarrow.csv as pc", ("pyarrow",)),
    case("polars avro", "pl.DataFrame({'x': [1]}).write_avro(f'{D}/b.avro'); pl.read_avro(f'{D}/b.avro')", {"b.avro": RW}, "import polars as pl", ("polars",)),
    case("C's own fopen", "import ctypes; c = ctypes.CDLL(None); c.fopen.restype = ctypes.c_void_p; p = ctypes.c_void_p(c.fopen(f'{D}/a.txt'.encode(), b'r')); c.fgetc(p); c.fclose(p)", {"a.txt": R}, TEXT),
    case("a path in an attribute, by a thread pool", "list(ex.map(read, [f'{D}/a.txt'])); ex.shutdown()", {"a.txt": R}, TEXT + "\nimport io\nfrom concurrent.futures import ThreadPoolExecutor\nex = ThreadPoolExecutor(1)\ndef read(path):\n    with io.FileIO(path) as f: return f.read()"),
    case("openpyxl itself", "book = openpyxl.load_workbook(f'{D}/a.xlsx'); book.save(f'{D}/b.xlsx')", {"a.xlsx": R, "b.xlsx": W}, "import openpyxl; openpyxl.Workbook().save(f'{D}/a.xlsx')", ("openpyxl",), may={"b.xlsx": R}),
    case("sqlite backup", "a = sqlite3.connect(f'{D}/a.db'); b = sqlite3.connect(f'{D}/b.db'); a.backup(b); a.close(); b.close()", {"a.db": R, "b.db": W}, "import sqlite3; c = sqlite3.connect(f'{D}/a.db'); c.execute('create table t (x)'); c.commit(); c.close()", may={"b.db": R}),
    case("a temporary folder, then a copy", "with tempfile.TemporaryDirectory() as t:\n    p = os.path.join(t, 'x'); open(p, 'w').write('x'); shutil.copy(p, f'{D}/b.txt')", {"b.txt": W}, "import tempfile, os, shutil"),
    case("a named temporary file", "import tempfile\nwith tempfile.NamedTemporaryFile(dir=D) as t: t.write(b'x' * 100); t.flush(); open(t.name).read()", {}),
)  # fmt: skip
"""Cases as in `file_cases`."""
