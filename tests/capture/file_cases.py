# ruff: noqa: E501
"""Ways to touch a file, as data: what a cell prepares, what the next one does, and what that did to which file.

``D`` is a folder inside the project or outside it. Expected: file name -> modes, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

R, W, D = {"read"}, {"write"}, {"delete"}
RW = {"read", "write"}
RD = {"read", "delete"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One way. ``needs`` are modules without which it is skipped."""

    name: str
    act: str
    touches: dict[str, set[str]]
    setup: str = ""
    needs: tuple[str, ...] = ()
    may: dict[str, set[str]] = field(default_factory=dict)
    """Modes that may be reported too without being wrong (a library reads the header back, say)."""


TEXT = "open(f'{D}/a.txt', 'w').write('one\\ntwo\\n')"
CSV = "open(f'{D}/a.csv', 'w').write('x,y\\n1,2\\n3,4\\n')"
FRAME = "import pandas as pd; frame = pd.DataFrame({'x': [1, 3], 'y': [2, 4]})"
ARRAY = "import numpy as np; array = np.arange(12.0)"


def _case(
    name: str,
    act: str,
    touches: dict[str, set[str]],
    setup: str = "",
    needs: tuple[str, ...] = (),
    may: dict[str, set[str]] | None = None,
) -> Case:
    return Case(name=name, act=act, touches=touches, setup=setup, needs=needs, may=may or {})


CASES: tuple[Case, ...] = (
    _case("open read", "open(f'{D}/a.txt').read()", {"a.txt": R}, TEXT),
    _case("open write", "open(f'{D}/b.txt', 'w').write('x')", {"b.txt": W}),
    _case("open overwrite", "open(f'{D}/a.txt', 'w').write('x')", {"a.txt": W}, TEXT),
    _case("open append", "with open(f'{D}/a.txt', 'a') as f: f.write('x')", {"a.txt": W}, TEXT),
    _case("open update", "with open(f'{D}/a.txt', 'r+') as f:\n    f.read(); f.write('x')", {"a.txt": RW}, TEXT),
    _case("open exclusive", "open(f'{D}/b.bin', 'xb').write(b'x')", {"b.bin": W}),
    _case(
        "read, then overwrite", "s = open(f'{D}/a.txt').read(); open(f'{D}/a.txt', 'w').write(s)", {"a.txt": RW}, TEXT
    ),
    _case("pathlib read", "from pathlib import Path; Path(f'{D}/a.txt').read_text()", {"a.txt": R}, TEXT),
    _case("pathlib write", "from pathlib import Path; Path(f'{D}/b.txt').write_bytes(b'x')", {"b.txt": W}),
    _case(
        "os.open read",
        "import os\nfd = os.open(f'{D}/a.txt', os.O_RDONLY); os.read(fd, 9); os.close(fd)",
        {"a.txt": R},
        TEXT,
    ),
    _case(
        "os.open write",
        "import os\nfd = os.open(f'{D}/b.txt', os.O_WRONLY | os.O_CREAT); os.write(fd, b'x'); os.close(fd)",
        {"b.txt": W},
    ),
    _case("io.open", "import io; io.open(f'{D}/a.txt', 'rb').read()", {"a.txt": R}, TEXT),
    _case("codecs.open", "import codecs; codecs.open(f'{D}/a.txt', encoding='utf-8').read()", {"a.txt": R}, TEXT),
    _case("gzip write", "import gzip\nwith gzip.open(f'{D}/b.gz', 'wb') as f: f.write(b'x')", {"b.gz": W}),
    _case(
        "gzip read",
        "with gzip.open(f'{D}/a.gz') as f: f.read()",
        {"a.gz": R},
        "import gzip\nwith gzip.open(f'{D}/a.gz', 'wb') as f: f.write(b'x')",
    ),
    _case("bz2 write", "import bz2\nwith bz2.open(f'{D}/b.bz2', 'wb') as f: f.write(b'x')", {"b.bz2": W}),
    _case(
        "zip write",
        "import zipfile\nwith zipfile.ZipFile(f'{D}/b.zip', 'w') as z: z.write(f'{D}/a.txt')",
        {"b.zip": W, "a.txt": R},
        TEXT,
        may={"b.zip": R},
    ),
    _case(
        "zip extract",
        "with zipfile.ZipFile(f'{D}/a.zip') as z: z.extractall(f'{D}')",
        {"a.zip": R, "inner.txt": W},
        "import zipfile\nwith zipfile.ZipFile(f'{D}/a.zip', 'w') as z: z.writestr('inner.txt', 'x')",
    ),
    _case(
        "tar write",
        "import tarfile\nwith tarfile.open(f'{D}/b.tar', 'w') as t: t.add(f'{D}/a.txt')",
        {"b.tar": W, "a.txt": R},
        TEXT,
        may={"b.tar": R},
    ),
    _case(
        "tar extract",
        "with tarfile.open(f'{D}/a.tar') as t: t.extract('inner.txt', D)",
        {"a.tar": R, "inner.txt": W},
        "import tarfile, io\nwith tarfile.open(f'{D}/a.tar', 'w') as t:\n"
        "    i = tarfile.TarInfo('inner.txt'); i.size = 1; t.addfile(i, io.BytesIO(b'x'))",
    ),
    _case(
        "mmap read",
        "import mmap\nwith open(f'{D}/a.txt', 'rb') as f: bytes(mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ))",
        {"a.txt": R},
        TEXT,
    ),
    _case(
        "mmap write",
        "import mmap\nwith open(f'{D}/a.txt', 'r+b') as f:\n    m = mmap.mmap(f.fileno(), 0); m[0:1] = b'X'; m.close()",
        {"a.txt": W},
        TEXT,
        may={"a.txt": R},
    ),
    _case("shutil copy", "import shutil; shutil.copy(f'{D}/a.txt', f'{D}/b.txt')", {"a.txt": R, "b.txt": W}, TEXT),
    _case(
        "shutil move",
        "import shutil; shutil.move(f'{D}/a.txt', f'{D}/b.txt')",
        {"a.txt": D, "b.txt": W},
        TEXT,
        may={"a.txt": R},
    ),
    _case(
        "rename", "import os; os.rename(f'{D}/a.txt', f'{D}/b.txt')", {"a.txt": D, "b.txt": W}, TEXT, may={"a.txt": R}
    ),
    _case(
        "write and replace",
        "import os\nwith open(f'{D}/t', 'w') as f: f.write('x')\nos.replace(f'{D}/t', f'{D}/a.txt')",
        {"a.txt": W},
        TEXT,
    ),
    _case("remove", "import os; os.remove(f'{D}/a.txt')", {"a.txt": D}, TEXT),
    _case("unlink", "from pathlib import Path; Path(f'{D}/a.txt').unlink()", {"a.txt": D}, TEXT),
    _case(
        "tempfile in a folder",
        "import tempfile\nwith tempfile.NamedTemporaryFile(dir=D) as f: f.write(b'x')",
        {},
    ),
    _case("pandas csv c", "pd.read_csv(f'{D}/a.csv')", {"a.csv": R}, "import pandas as pd\n" + CSV),
    _case(
        "pandas csv python", "pd.read_csv(f'{D}/a.csv', engine='python')", {"a.csv": R}, "import pandas as pd\n" + CSV
    ),
    _case(
        "pandas csv pyarrow",
        "pd.read_csv(f'{D}/a.csv', engine='pyarrow')",
        {"a.csv": R},
        "import pandas as pd\n" + CSV,
        ("pyarrow",),
    ),
    _case("pandas to csv", "frame.to_csv(f'{D}/b.csv')", {"b.csv": W}, FRAME),
    _case("pandas parquet write", "frame.to_parquet(f'{D}/b.parquet')", {"b.parquet": W}, FRAME, ("pyarrow",)),
    _case(
        "pandas parquet read",
        "pd.read_parquet(f'{D}/a.parquet')",
        {"a.parquet": R},
        FRAME + "\nframe.to_parquet(f'{D}/a.parquet')",
        ("pyarrow",),
    ),
    _case(
        "pandas excel write", "frame.to_excel(f'{D}/b.xlsx')", {"b.xlsx": W}, FRAME, ("openpyxl",), may={"b.xlsx": R}
    ),
    _case(
        "pandas excel read",
        "pd.read_excel(f'{D}/a.xlsx')",
        {"a.xlsx": R},
        FRAME + "\nframe.to_excel(f'{D}/a.xlsx')",
        ("openpyxl",),
    ),
    _case("pandas hdf write", "frame.to_hdf(f'{D}/b.h5', key='k')", {"b.h5": W}, FRAME, ("tables",), may={"b.h5": R}),
    _case(
        "pandas hdf read",
        "pd.read_hdf(f'{D}/a.h5')",
        {"a.h5": R},
        FRAME + "\nframe.to_hdf(f'{D}/a.h5', key='k')",
        ("tables",),
    ),
    _case("pandas feather write", "frame.to_feather(f'{D}/b.feather')", {"b.feather": W}, FRAME, ("pyarrow",)),
    _case(
        "pandas feather read",
        "pd.read_feather(f'{D}/a.feather')",
        {"a.feather": R},
        FRAME + "\nframe.to_feather(f'{D}/a.feather')",
        ("pyarrow",),
    ),
    _case("pandas pickle", "frame.to_pickle(f'{D}/b.pkl'); pd.read_pickle(f'{D}/b.pkl')", {"b.pkl": RW}, FRAME),
    _case("pandas json", "frame.to_json(f'{D}/b.json')", {"b.json": W}, FRAME),
    _case(
        "sqlite write",
        "import sqlite3\nc = sqlite3.connect(f'{D}/b.db'); c.execute('create table t (x)'); c.commit(); c.close()",
        {"b.db": W},
        may={"b.db": R},
    ),
    _case(
        "pandas sql by sqlite3",
        "c = sqlite3.connect(f'{D}/a.db'); pd.read_sql('select * from t', c); c.close()",
        {"a.db": R},
        FRAME + "\nimport sqlite3\nc = sqlite3.connect(f'{D}/a.db'); frame.to_sql('t', c); c.close()",
    ),
    _case(
        "pandas sql by sqlalchemy",
        "e = sqlalchemy.create_engine(f'sqlite:///{D}/a.db'); pd.read_sql('select * from t', e); e.dispose()",
        {"a.db": R},
        FRAME + "\nimport sqlite3, sqlalchemy\nc = sqlite3.connect(f'{D}/a.db'); frame.to_sql('t', c); c.close()",
        ("sqlalchemy",),
    ),
    _case(
        "sqlite insert",
        "c = sqlite3.connect(f'{D}/a.db'); c.execute('insert into t values (9)'); c.commit(); c.close()",
        {"a.db": RW},
        "import sqlite3\nc = sqlite3.connect(f'{D}/a.db'); c.execute('create table t (x)'); c.commit(); c.close()",
    ),
    _case("numpy save", "np.save(f'{D}/b.npy', array)", {"b.npy": W}, ARRAY),
    _case("numpy load", "np.load(f'{D}/a.npy')", {"a.npy": R}, ARRAY + "; np.save(f'{D}/a.npy', array)"),
    _case("numpy savez", "np.savez(f'{D}/b.npz', array)", {"b.npz": W}, ARRAY, may={"b.npz": R}),
    _case(
        "numpy memmap read",
        "np.load(f'{D}/a.npy', mmap_mode='r').sum()",
        {"a.npy": R},
        ARRAY + "; np.save(f'{D}/a.npy', array)",
    ),
    _case(
        "numpy memmap write",
        "m = np.memmap(f'{D}/b.raw', dtype='f8', mode='w+', shape=4); m[:] = 1; m.flush(); del m",
        {"b.raw": W},
        ARRAY,
        may={"b.raw": R},
    ),
    _case("numpy loadtxt", "np.loadtxt(f'{D}/a.csv', delimiter=',', skiprows=1)", {"a.csv": R}, ARRAY + "\n" + CSV),
    _case("numpy savetxt", "np.savetxt(f'{D}/b.csv', array)", {"b.csv": W}, ARRAY),
    _case("numpy fromfile", "np.fromfile(f'{D}/a.raw')", {"a.raw": R}, ARRAY + "; array.tofile(f'{D}/a.raw')"),
    _case("numpy tofile", "array.tofile(f'{D}/b.raw')", {"b.raw": W}, ARRAY),
    _case(
        "h5py write",
        "import h5py\nwith h5py.File(f'{D}/b.h5', 'w') as f: f['x'] = [1, 2]",
        {"b.h5": W},
        needs=("h5py",),
        may={"b.h5": R},
    ),
    _case(
        "h5py read",
        "with h5py.File(f'{D}/a.h5', 'r') as f: f['x'][:]",
        {"a.h5": R},
        "import h5py\nwith h5py.File(f'{D}/a.h5', 'w') as f: f['x'] = [1, 2]",
        ("h5py",),
    ),
    _case("pyarrow csv", "import pyarrow.csv as pc; pc.read_csv(f'{D}/a.csv')", {"a.csv": R}, CSV, ("pyarrow",)),
    _case(
        "pyarrow parquet write",
        "pq.write_table(table, f'{D}/b.parquet')",
        {"b.parquet": W},
        "import pyarrow as pa, pyarrow.parquet as pq; table = pa.table({'x': [1]})",
        ("pyarrow",),
    ),
    _case(
        "pyarrow parquet read",
        "pq.read_table(f'{D}/a.parquet')",
        {"a.parquet": R},
        "import pyarrow as pa, pyarrow.parquet as pq; pq.write_table(pa.table({'x': [1]}), f'{D}/a.parquet')",
        ("pyarrow",),
    ),
    _case(
        "pyarrow dataset",
        "import pyarrow.dataset as ds; ds.dataset(f'{D}/a.parquet').to_table()",
        {"a.parquet": R},
        "import pyarrow as pa, pyarrow.parquet as pq; pq.write_table(pa.table({'x': [1]}), f'{D}/a.parquet')",
        ("pyarrow",),
    ),
    _case("polars read", "pl.read_csv(f'{D}/a.csv')", {"a.csv": R}, "import polars as pl\n" + CSV, ("polars",)),
    _case(
        "polars scan", "pl.scan_csv(f'{D}/a.csv').collect()", {"a.csv": R}, "import polars as pl\n" + CSV, ("polars",)
    ),
    _case(
        "polars write",
        "pl.DataFrame({'x': [1]}).write_parquet(f'{D}/b.parquet')",
        {"b.parquet": W},
        "import polars as pl",
        ("polars",),
        may={"b.parquet": R},
    ),
    _case(
        "duckdb csv",
        "duckdb.sql(f\"select * from '{D}/a.csv'\").fetchall()",
        {"a.csv": R},
        "import duckdb\n" + CSV,
        ("duckdb",),
    ),
    _case(
        "duckdb parquet write",
        "duckdb.sql(f\"copy (select 1 as x) to '{D}/b.parquet' (format parquet)\")",
        {"b.parquet": W},
        "import duckdb",
        ("duckdb",),
        may={"b.parquet": R},
    ),
    _case(
        "duckdb database",
        "c = duckdb.connect(f'{D}/b.duckdb'); c.execute('create table t (x int)'); c.close()",
        {"b.duckdb": W},
        "import duckdb",
        ("duckdb",),
        may={"b.duckdb": R},
    ),
    _case(
        "pillow write",
        "from PIL import Image; Image.new('RGB', (4, 4)).save(f'{D}/b.png')",
        {"b.png": W},
        needs=("PIL",),
        may={"b.png": R},
    ),
    _case(
        "pillow read",
        "Image.open(f'{D}/a.png').load()",
        {"a.png": R},
        "from PIL import Image; Image.new('RGB', (4, 4)).save(f'{D}/a.png')",
        ("PIL",),
    ),
    _case(
        "imageio read",
        "import imageio.v3 as iio; iio.imread(f'{D}/a.png')",
        {"a.png": R},
        "from PIL import Image; Image.new('RGB', (4, 4)).save(f'{D}/a.png')",
        ("imageio",),
    ),
    _case(
        "cv2 write",
        "cv2.imwrite(f'{D}/b.png', np.zeros((4, 4), 'uint8'))",
        {"b.png": W},
        "import cv2, numpy as np",
        ("cv2",),
    ),
    _case(
        "cv2 read",
        "cv2.imread(f'{D}/a.png')",
        {"a.png": R},
        "import cv2, numpy as np; cv2.imwrite(f'{D}/a.png', np.zeros((4, 4), 'uint8'))",
        ("cv2",),
    ),
    _case(
        "matplotlib savefig",
        "fig.savefig(f'{D}/b.png')",
        {"b.png": W},
        "import matplotlib.pyplot as plt; fig, ax = plt.subplots(); plt.close(fig)",
        ("matplotlib",),
        may={"b.png": R},
    ),
    _case(
        "joblib",
        "joblib.dump([1], f'{D}/b.joblib'); joblib.load(f'{D}/b.joblib')",
        {"b.joblib": RW},
        "import joblib",
        ("joblib",),
    ),
    _case("pickle dump", "import pickle\nwith open(f'{D}/b.pkl', 'wb') as f: pickle.dump([1], f)", {"b.pkl": W}),
    _case("torch save", "torch.save([1], f'{D}/b.pt')", {"b.pt": W}, "import torch", ("torch",), may={"b.pt": R}),
    _case(
        "torch load", "torch.load(f'{D}/a.pt')", {"a.pt": R}, "import torch; torch.save([1], f'{D}/a.pt')", ("torch",)
    ),
    _case(
        "xarray netCDF write",
        "xr.Dataset({'x': ('t', [1, 2])}).to_netcdf(f'{D}/b.nc')",
        {"b.nc": W},
        "import xarray as xr",
        ("xarray", "netCDF4"),
        may={"b.nc": R},
    ),
    _case(
        "xarray netCDF read",
        "xr.open_dataset(f'{D}/a.nc').load().close()",
        {"a.nc": R},
        "import xarray as xr; xr.Dataset({'x': ('t', [1, 2])}).to_netcdf(f'{D}/a.nc')",
        ("xarray", "netCDF4"),
    ),
    _case("!cat", "!cat D/a.txt", {"a.txt": R}, TEXT),
    _case("!echo >", "!echo x > D/b.txt", {"b.txt": W}),
    _case("!echo >>", "!echo x >> D/a.txt", {"a.txt": W}, TEXT),
    _case("%%bash", "%%bash\ncat D/a.txt > D/b.txt", {"a.txt": R, "b.txt": W}, TEXT),
    _case(
        "subprocess", "import subprocess; subprocess.run(['cp', 'D/a.txt', 'D/b.txt'])", {"a.txt": R, "b.txt": W}, TEXT
    ),
    _case("os.system", "import os; os.system('cp D/a.txt D/b.txt')", {"a.txt": R, "b.txt": W}, TEXT),
    _case(
        "fork",
        "import os\npid = os.fork()\nif pid == 0:\n    open(f'{D}/b.txt', 'w').write('x'); os._exit(0)\nos.waitpid(pid, 0);",
        {"b.txt": W},
    ),
    _case(
        "fork pool",
        "with mp.get_context('fork').Pool(2) as p: p.map(touch, [f'{D}/b.txt', f'{D}/c.txt'])",
        {"b.txt": W, "c.txt": W},
        "import multiprocessing as mp\ndef touch(path):\n    with open(path, 'w') as f: f.write('x')",
    ),
    _case(
        "spawn pool",
        "with mp.get_context('spawn').Pool(1) as p: p.starmap(shutil.copyfile, [(f'{D}/a.txt', f'{D}/b.txt')])",
        {"a.txt": R, "b.txt": W},
        "import multiprocessing as mp, shutil\n" + TEXT,
    ),
    _case(
        "loky",
        "import loky\nexecutor = loky.get_reusable_executor(max_workers=1)\n"
        "executor.submit(shutil.copyfile, f'{D}/a.txt', f'{D}/b.txt').result(); executor.shutdown()",
        {"a.txt": R, "b.txt": W},
        "import shutil\n" + TEXT,
        ("loky",),
    ),
    _case("%run", "%run D/script.py", {"script.py": R}, "open(f'{D}/script.py', 'w').write('z = 1')"),
    _case("%%writefile", "%%writefile D/b.py\nx = 1", {"b.py": W}),
    _case(
        "local import",
        "import MODULE",
        {"MODULE.py": R},
        "import sys; sys.path.insert(0, D)\nopen(f'{D}/MODULE.py', 'w').write('z = 1')",
    ),
    _case(
        "thread",
        "import threading\nt = threading.Thread(target=lambda: open(f'{D}/b.txt', 'w').write('x')); t.start(); t.join()",
        {"b.txt": W},
    ),
    _case(
        "thread that writes after the cell ended",
        "import threading, time\n"
        "def late():\n    time.sleep(0.3)\n    with open(f'{D}/b.txt', 'w') as f: f.write('x')\n"
        "threading.Thread(target=late).start()",
        {"b.txt": W},
    ),
    _case("nothing", "1 + 1", {}, TEXT),
    _case("exists and stat", "import os; os.path.exists(f'{D}/a.txt') and os.stat(f'{D}/a.txt')", {}, TEXT),
    _case("listing", "import os, glob; os.listdir(D); glob.glob(f'{D}/*')", {}, TEXT),
)
