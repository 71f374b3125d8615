"""Magics and shell escapes as plain Python: what each becomes, and that the script then says what the notebook says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_repro.bundle.plan import plan
from jupyter_repro.bundle.translate import translate
from jupyter_repro.bundle.writers import script
from jupyter_repro.model.history import History
from tests.bundle.bundling import document, write_notebook

PLAIN = [
    ("x = 1", "x = 1"),
    ("x", "show(x)"),
    ("x;", "x;"),
    ("(x)", "show((x))"),
    ("f(x)  # said", "show(f(x))  # said"),
    ("(1,\n 2)", "show((1,\n 2))"),
    ("print('é'); 'é' + 'ü'", "print('é'); show('é' + 'ü')"),
    ("%time x = 1", "x = 1"),
    ("y = %time f(2)", "y = (f(2))"),
    ("%%time\nx = 1\nx", "x = 1\nshow(x)"),
    ("a = !ls *.csv", "a = shell_lines('ls *.csv')"),
    ("for i in range(3):\n    !echo {i}", "for i in range(3):\n    shell('echo {i}')"),
    ("%cd data", "import os\nos.chdir('data')"),
    ("%env A=b", "import os\nos.environ['A'] = 'b'"),
    ("%run other.py 1", "run_file('other.py', '1')"),
    ("%%bash\necho hi", "script('bash', 'echo hi')"),
    ("%%writefile -a x.py\nprint(1)\n", "write_file('x.py', 'print(1)\\n', append=True)"),
    ("plt.show()", "plt.show()"),
    ("x = 5 % 3", "x = 5 % 3"),
    ("# %time\nx = 1", "# %time\nx = 1"),
]


@pytest.mark.parametrize(("cell", "plain"), PLAIN, ids=[cell for cell, _ in PLAIN])
def test_becomes_plain_python(cell: str, plain: str) -> None:
    assert translate(cell, number=1).source == plain


LEFT_OUT = [
    "%matplotlib inline",
    "%load_ext autoreload",
    "%autoreload 2",
    "%pip install numpy",
    "!pip install -q numpy",
    "foo?",
]


@pytest.mark.parametrize("cell", LEFT_OUT)
def test_is_left_out_with_the_reason(cell: str) -> None:
    done = translate(cell, number=1)
    assert done.source.startswith("pass  # ")
    assert "left out" in done.source
    assert len(done.notes) == 1


CARRIED = ["%%sql\nselect 1", "r = %sql select 1", "%unknown 3", "%%perl\nprint 1", "this is no python"]


@pytest.mark.parametrize("cell", CARRIED)
def test_is_carried_with_the_reason(cell: str) -> None:
    done = translate(cell, number=1)
    assert {"get_ipython", "run_cell"} & done.calls
    assert "embedded IPython" in done.notes[0]


def test_imports_from_the_future_move_to_the_scripts_top() -> None:
    done = translate("%matplotlib inline\nfrom __future__ import print_function, annotations\nx = 1", number=1)
    assert done.future == {"print_function", "annotations"}
    compile("y = 1\n" + done.source, "script", "exec")


AWAITED = [
    "await f()",
    "x = await f()\ns = '''a\n b'''\nx",
    "async with a as b:\n    c = 1",
    "async for q in z:\n    print(q)",
    "import os\nfrom sys import path as p\nawait f()\ndel p",
]


@pytest.mark.parametrize("cell", AWAITED)
def test_top_level_await_becomes_a_coroutine_with_the_scripts_names(cell: str) -> None:
    done = translate(cell, number=4)
    compile(done.source, "script", "exec")
    assert "wait_for(_step_4())" in done.source


def test_strings_over_several_lines_stay_as_they_are_when_code_moves_right() -> None:
    done = translate("text = '''a\nb'''\nraise ValueError(text)", number=1, raises=True)
    assert done.source == "with expected_error():\n    text = '''a\nb'''\n    raise ValueError(text)"


SESSION = r"""
x = 3
%time y = x + 1
y
---
!echo "sum {x + y} $x END"
---
lines = !printf 'b\na\n'
sorted(lines)
---
%%writefile mine.py
VALUE = 7
---
from mine import VALUE
VALUE
---
%%bash
echo from bash
---
import asyncio
async def later(n):
    await asyncio.sleep(0)
    return n
z = await later(5)
z
---
{"b": 1, "a": {3, 1, 2}}
---
%run mine.py
VALUE + 1
---
%%capture kept
print("hidden")
---
kept.stdout
"""
SAID = """\
4
sum 7 3 END
['a', 'b']
Writing mine.py
7
from bash
5
{'b': 1, 'a': {1, 2, 3}}
8
'hidden\\n'
"""


def test_a_script_of_translated_cells_says_what_the_notebook_says(tmp_path: Path) -> None:
    cells = [translate(cell.strip("\n"), number=number) for number, cell in enumerate(SESSION.split("---\n"), start=1)]
    path = tmp_path / "script.py"
    path.write_text(script.support(cells) + "\n\n" + "\n\n".join(cell.source for cell in cells) + "\n")
    done = subprocess.run([sys.executable, path.name], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == SAID


def test_a_cell_that_is_valid_only_as_a_cell_is_executed_as_one(tmp_path: Path) -> None:
    cells = ("x = 1", "global x\nx = 2", "from __future__ import annotations\nx")
    path = write_notebook(tmp_path / "nb.ipynb", *cells)
    text, notes = script.render(plan(document(path), History(), "document"))
    (tmp_path / "pipeline.py").write_text(text)
    done = subprocess.run([sys.executable, "pipeline.py"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2\n", "")
    assert any("valid as a cell only" in note for note in notes)
