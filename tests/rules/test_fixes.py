"""Fixes do what they say: the right text in the right place, not a byte elsewhere, and the same outputs twice after."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_repro.model.splice import spliced
from tests.rules.test_judgement import checked, notebook, repro

NUMPY_SEED = "import numpy as np\nnp.random.seed(0)"
SPLIT = "from sklearn.model_selection import train_test_split\n"
DECLARED = '# /// script\n# dependencies = [\n#     "packaging=={packaging}",\n# ]\n# ///'
FIXES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "the seed comes just before the first draw": (
        "RPN401",
        ("import numpy as np", "x = 1", "print(np.random.rand())"),
        ("import numpy as np", "x = 1", "np.random.seed(0)", "print(np.random.rand())"),
    ),
    "with its import where the draw has it in its own cell": (
        "RPN401",
        ("import numpy as np\nprint(np.random.rand())",),
        (NUMPY_SEED, "import numpy as np\nprint(np.random.rand())"),
    ),
    "python's generator under its own name": (
        "RPN401",
        ("import random as rnd\nprint(rnd.random())",),
        ("import random\nrandom.seed(0)", "import random as rnd\nprint(rnd.random())"),
    ),
    "torch": (
        "RPN401",
        ("import torch", "print(torch.rand(2))"),
        ("import torch", "torch.manual_seed(0)", "print(torch.rand(2))"),
    ),
    "two generators at once": (
        "RPN401",
        ("import random\nimport numpy as np", "print(random.random(), np.random.rand())"),
        (
            "import random\nimport numpy as np",
            "np.random.seed(0)\nrandom.seed(0)",
            "print(random.random(), np.random.rand())",
        ),
    ),
    "a generator's seed": (
        "RPN402",
        ("from numpy.random import default_rng\nrng = default_rng()  # fresh\nrng.normal()",),
        ("from numpy.random import default_rng\nrng = default_rng(0)  # fresh\nrng.normal()",),
    ),
    "random_state beside other arguments": (
        "RPN403",
        (SPLIT + "a, b = train_test_split(\n    [1, 2, 3],\n    test_size=1,\n)\nprint(b)",),
        (SPLIT + "a, b = train_test_split(\n    [1, 2, 3],\n    test_size=1, random_state=0,\n)\nprint(b)",),
    ),
    "random_state=None gets a number": (
        "RPN403",
        (SPLIT + "a, b = train_test_split([1, 2, 3], random_state=None)\nprint(b)",),
        (SPLIT + "a, b = train_test_split([1, 2, 3], random_state=0)\nprint(b)",),
    ),
    "rng for scipy": (
        "RPN403",
        ("from scipy.optimize import dual_annealing\nprint(dual_annealing(lambda x: x[0] ** 2, [(-1, 1)]).x)",),
        ("from scipy.optimize import dual_annealing\nprint(dual_annealing(lambda x: x[0] ** 2, [(-1, 1)], rng=0).x)",),
    ),
    "seed for networkx": (
        "RPN403",
        ("import networkx as nx\nprint(nx.erdos_renyi_graph(5, 0.5).edges)",),
        ("import networkx as nx\nprint(nx.erdos_renyi_graph(5, 0.5, seed=0).edges)",),
    ),
    "a listing of entries, which have no order of their own": (
        "RPN408",
        ("import os\nprint([e.name for e in os.scandir()])",),
        ("import os\nprint([e.name for e in sorted(os.scandir(), key=lambda entry: entry.name)])",),
    ),
    "a listing that is asked for one": (
        "RPN408",
        ("from pathlib import Path\nprint(next(Path('.').iterdir()))",),
        ("from pathlib import Path\nprint(next(iter(sorted(Path('.').iterdir()))))",),
    ),
    "a listing within a function of another cell": (
        "RPN408",
        ("import os\ndef first():\n    return os.listdir()[0]", "print(first())"),
        ("import os\ndef first():\n    return sorted(os.listdir())[0]", "print(first())"),
    ),
    "a seed of several arguments": (
        "RPN404",
        (SPLIT + "a, b = train_test_split([1, 2, 3], random_state=hash('x'))\nprint(b)",),
        (SPLIT + "a, b = train_test_split([1, 2, 3], random_state=0)\nprint(b)",),
    ),
    "a seed that is one": (
        "RPN404",
        ("import random\nrandom.seed(hash('fold'))\nprint(random.random())",),
        ("import random\nrandom.seed(0)\nprint(random.random())",),
    ),
    "a listing is sorted, wide characters and all": (
        "RPN408",
        ("import os\nprint('größe', os.listdir('.'))",),
        ("import os\nprint('größe', sorted(os.listdir('.')))",),
    ),
    "each listing of a cell": (
        "RPN408",
        ("from pathlib import Path\nfor p in Path('.').glob('*'):\n    print(p)\nprint(list(Path('a').iterdir()))",),
        (
            "from pathlib import Path\nfor p in sorted(Path('.').glob('*')):\n    print(p)\n"
            "print(list(sorted(Path('a').iterdir())))",
        ),
    ),
    "a set is sorted where its order comes out": (
        "RPN409",
        ("names = {'b', 'a'}\nprint(len(names))", "for name in names:\n    print(name)"),
        ("names = {'b', 'a'}\nprint(len(names))", "for name in sorted(names):\n    print(name)"),
    ),
    "empty memory": (
        "RPN410",
        ("import numpy as np\nnp.empty((2, 2))",),
        ("import numpy as np\nnp.zeros((2, 2))",),
    ),
    "a seeded band": (
        "RPN415",
        ("import seaborn as sns\nsns.objects = None", "sns.barplot(x=[1, 1], y=[1, 2])\n#[image]"),
        ("import seaborn as sns\nsns.objects = None", "sns.barplot(x=[1, 1], y=[1, 2], seed=0)\n#[image]"),
    ),
    "the time becomes a parameter at the top": (
        "RPN405",
        ("import datetime as dt", "print(dt.datetime.now().year, dt.date.today())"),
        (
            'import datetime as _datetime\n\nRUN_TIME = _datetime.datetime.fromisoformat("2026-01-01T00:00:00")',
            "import datetime as dt",
            "print(RUN_TIME.year, RUN_TIME.date())",
        ),
    ),
    "slashes": (
        "RPD308",
        ("import pandas as pd\ndf = pd.read_csv(r'data\\x.csv')",),
        ('import pandas as pd\ndf = pd.read_csv("data/x.csv")',),
    ),
    "the cell that defines comes first": (
        "RPO202",
        ("print(limit)", "y = 2", "limit = 3"),
        ("limit = 3", "print(limit)", "y = 2"),
    ),
    "a letter too few": ("RPS109", ("total = 3", "print(totl + 1)"), ("total = 3", "print(total + 1)")),
    "an install becomes a requirement": (
        "RPE505",
        ("import json", "!pip install -q packaging\nx = 1"),
        (DECLARED, "import json", "x = 1"),
    ),
    "a cell with nothing else in it goes": (
        "RPE505",
        ("%pip install packaging", "x = 1"),
        (DECLARED, "x = 1"),
    ),
    "and joins those that are declared": (
        "RPE505",
        (DECLARED.replace("packaging=={packaging}", "numpy==2.0"), "x = 1\n!pip install packaging"),
        (DECLARED.replace('#     "', '#     "numpy==2.0",\n#     "'), "x = 1"),
    ),
}  # fmt: skip


def sources(path: Path) -> list[str]:
    return ["".join(c["source"]) for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]


def with_figures(path: Path) -> None:
    """Cells marked so show a picture, as they would have."""
    content = json.loads(path.read_text("utf-8"))
    for cell in content["cells"]:
        if "#[image]" in "".join(cell["source"]):
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "aGk="}}]
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


@pytest.mark.parametrize("name", FIXES)
def test_the_fix_writes_this(name: str, tmp_path: Path) -> None:
    from importlib.metadata import version

    code, before, after = FIXES[name]
    path = notebook(tmp_path, *before)
    if any("#[image]" in source for source in before):
        with_figures(path)
    done = repro("fix", path, "--code", code)
    assert done.returncode == 0, done.stderr
    assert sources(path) == [each.replace("{packaging}", version("packaging")) for each in after]
    assert code not in [finding["code"] for finding in checked(path)["findings"]]


def odd_file(folder: Path) -> tuple[Path, str]:
    """A notebook written by nobody's json.dumps: other spacing, numbers, escapes, line ends, a key order of its own."""
    text = (
        '{ "nbformat":4, "nbformat_minor" : 5,\r\n  "metadata": {"cells": [1.50, 1E3], "kernelspec": '
        '{"name":"python3","display_name":"P\\u00fcthon"}},\r\n "cells": [\r\n'
        '  {"cell_type":"markdown","id":"m","metadata":{ },"source":"# t\\u0069tle"},\r\n'
        '  {"id":"a","cell_type":"code","metadata":{"w":2.0},"execution_count":null,"outputs":[ ],'
        '"source":"import os"},\r\n'
        '  {"id":"b","cell_type":"code","metadata":{"z":1,"a":1e2},"execution_count":3,"outputs":[],'
        '"source":"print(os.listdir())"},\r\n'
        '  {"id":"c","cell_type":"code","metadata":{},"execution_count":null,"outputs":[],'
        '"source":["x = 1\\n","y"]}\r\n'
        " ] }"
    )
    path = folder / "odd.ipynb"
    path.write_bytes(text.encode())
    return path, text


def test_all_other_bytes_of_an_oddly_written_file_stay(tmp_path: Path) -> None:
    path, text = odd_file(tmp_path)
    assert repro("fix", path, "--code", "RPN408").returncode == 0
    lines = text.split("\r\n")
    now = path.read_bytes().decode().split("\r\n")
    changed = next(number for number, line in enumerate(lines) if '"id":"b"' in line)
    assert now[:changed] == lines[:changed]
    assert now[-2:] == lines[-2:]
    cell = json.loads("".join(now[changed:-2]).rstrip(","))
    assert cell == {
        "id": "b", "cell_type": "code", "metadata": {"z": 1, "a": 1e2}, "execution_count": None, "outputs": [],
        "source": "print(sorted(os.listdir()))",
    }  # fmt: skip
    assert list(cell) == ["id", "cell_type", "metadata", "execution_count", "outputs", "source"]


def test_splicing_the_same_cells_gives_the_same_text(tmp_path: Path) -> None:
    _, odd = odd_file(tmp_path)
    for text in (odd, '{"cells": []}', '{"cells": [{"a": 1}]}', '{\n "cells": [\n  {}\n ]\n}\n'):
        assert spliced(text, json.loads(text)["cells"]) == text
    grown: list[dict[str, Any]] = [{"b": "ü"}]
    assert json.loads(spliced('{"cells": [ ]}', grown) or "") == {"cells": grown}
    assert spliced('{"worksheets": []}', grown) is None


def test_one_step_takes_all_of_it_back(tmp_path: Path) -> None:
    path, text = odd_file(tmp_path)
    assert repro("fix", path).returncode == 0
    assert path.read_bytes() != text.encode()
    assert repro("fix", path, "--undo").returncode == 0
    assert path.read_bytes() == text.encode()
    again = repro("fix", path, "--undo")
    assert again.returncode == 2
    assert "no fix" in again.stderr


def test_a_file_that_changed_since_is_not_overwritten(tmp_path: Path) -> None:
    path, _ = odd_file(tmp_path)
    repro("fix", path)
    path.write_bytes(path.read_bytes() + b" ")
    refused = repro("fix", path, "--undo")
    assert refused.returncode == 2
    assert "changed since" in refused.stderr


@pytest.mark.kernel
def test_after_its_fixes_a_notebook_gives_the_same_in_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fix in one notebook, run for real before and after, under other hash seeds."""
    (tmp_path / "data").mkdir()
    for name in ("b.txt", "a.txt"):
        (tmp_path / "data" / name).write_text(name)
    cells = (
        "print(scale * 2)",
        "import random\nimport numpy as np\nscale = 3",
        "print(random.random(), np.random.rand())",
        "rng = np.random.default_rng()\nprint(rng.normal())",
        "random.seed(hash('fold'))\nprint(random.random())",
        "words = set('the quick brown fox jumps over the lazy dog'.split())\nprint(list(words))",
        "import datetime\nprint(datetime.datetime.now())",
        "import os\nprint(os.listdir('data'))",
        f"print(open({str(tmp_path / 'data' / 'a.txt')!r}).read())",
    )
    path = notebook(tmp_path, *cells)

    def shown(hash_seed: str) -> list[str]:
        monkeypatch.setitem(os.environ, "PYTHONHASHSEED", hash_seed)
        assert repro("run", path).returncode == 0
        written = json.loads(path.read_text("utf-8"))["cells"]
        return ["".join("".join(each.get("text", "")) for each in cell.get("outputs", [])) for cell in written]

    assert repro("fix", path, "--code", "RPO202").returncode == 0
    one, two = shown("1"), shown("2")
    assert sum(a != b for a, b in zip(one, two, strict=True)) >= 5
    said = {finding["code"] for finding in checked(path)["findings"] if finding["severity"] != "info"}
    assert said == {"RPN401", "RPN402", "RPN404", "RPN405", "RPN408", "RPN409", "RPD301"}
    assert repro("fix", path).returncode == 0
    assert shown("1") == shown("2")
    assert [finding for finding in checked(path)["findings"] if finding["severity"] != "info"] == []
