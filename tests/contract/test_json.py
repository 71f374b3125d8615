"""What ``--json`` prints is what the wire format says, field by field, on a notebook that really ran."""

from __future__ import annotations

import json
import subprocess
import sys
import types
import typing
from pathlib import Path

import nbformat
import pytest

from jupyter_repro.views import payload

pytestmark = pytest.mark.kernel

CELLS = (
    "import random\nfrom pathlib import Path",
    "random.seed(7)\nvalue = random.random()\nvalue",
    'Path("out.txt").write_text(f"{value:.3f}")',
    "import datetime\nprint(datetime.datetime.now())",
)


def wrong(value: object, expected: object, where: str) -> list[str]:
    """Each place where a JSON value does not have the expected shape."""
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if typing.is_typeddict(expected):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        hints = typing.get_type_hints(expected, include_extras=True)
        required = {name for name, hint in hints.items() if typing.get_origin(hint) is not typing.NotRequired}
        faults = [f"{where}.{name} is missing" for name in required - value.keys()]
        faults += [f"{where}.{name} is not in the wire format" for name in value.keys() - hints.keys()]
        return faults + [
            fault
            for name in value.keys() & hints.keys()
            for fault in wrong(value[name], hints[name], f"{where}.{name}")
        ]
    if origin is typing.NotRequired:
        return wrong(value, arguments[0], where)
    if origin in (typing.Union, types.UnionType):
        tried = [wrong(value, option, where) for option in arguments]
        return [] if [] in tried else min(tried, key=len)
    if origin is typing.Literal:
        return [] if value in arguments else [f"{where} is {value!r}, not one of {arguments}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [fault for n, item in enumerate(value) for fault in wrong(item, arguments[0], f"{where}[{n}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        return [fault for key, item in value.items() for fault in wrong(item, arguments[1], f"{where}.{key}")]
    if expected is float:
        return [] if isinstance(value, (int, float)) and not isinstance(value, bool) else [f"{where} is no number"]
    if expected in (None, type(None)):
        return [] if value is None else [f"{where} is not null"]
    assert isinstance(expected, type), expected
    return [] if type(value) is expected else [f"{where} is {value!r}, no {expected.__name__}"]


def repro(folder: Path, *arguments: str) -> tuple[int, typing.Any]:
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_repro", *arguments], cwd=folder, capture_output=True, text=True, timeout=600
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("json")
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(CELLS)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), folder / "nb.ipynb")
    code, _ = repro(folder, "run", "nb.ipynb", "--json")
    assert code == 0
    return folder


def test_check(folder: Path) -> None:
    code, told = repro(folder, "check", "nb.ipynb", "--json")
    assert wrong(told, payload.CheckPayload, "check") == []
    assert told["version"] == 1
    assert [cell["id"] for cell in told["cells"]] == ["cell-0", "cell-1", "cell-2", "cell-3"]
    assert [cell["replay"] for cell in told["cells"]][:3] == ["ok", "ok", "ok"]
    assert told["cells"][3]["replay"] in ("unknown", "changes"), "the clock has moved on"
    assert code == (1 if any(each["severity"] != "info" for each in told["findings"]) else 0)


def test_log(folder: Path) -> None:
    _, told = repro(folder, "log", "nb.ipynb", "--json")
    assert wrong(told, payload.LogPayload, "log") == []
    runs = told["sessions"][0]["runs"]
    assert [run["n"] for run in runs] == [1, 2, 3, 4]
    assert runs[1]["seeds"] == [{"generator": "random", "value": "7", "origin": "constant"}]
    assert runs[1]["rng"] == ["random"]
    assert [(draw["generator"], draw["seeded"]) for draw in runs[1]["draws"]] == [("random", True)]
    assert "value" in runs[1]["writes"]
    assert "value" in runs[2]["reads"]
    written = [touch for touch in runs[2]["files"] if touch["mode"] == "write"]
    assert [touch["path"] for touch in written] == ["out.txt"]
    assert {each["kind"] for each in runs[3]["outside"]} == {"clock"}


def test_verify(folder: Path) -> None:
    code, told = repro(folder, "verify", "nb.ipynb", "--in", "current", "--json")
    assert wrong(told, payload.VerifyPayload, "verify") == []
    verdicts = [cell["verdict"] for cell in told["cells"]]
    assert verdicts[:3] == ["identical", "identical", "identical"]
    assert verdicts[3] in ("unstable", "equivalent", "different")
    assert (code == 0) == (told["verdict"] == "reproduced")


def test_export(folder: Path) -> None:
    code, told = repro(folder, "export", "nb.ipynb", "-o", "bundle", "--in", "current", "--json")
    assert wrong(told, payload.ExportPayload, "export") == []
    assert (folder / "bundle" / "manifest.json").is_file()
    assert (folder / told["report"]).is_file()
    assert (code == 0) == told["proven"]
