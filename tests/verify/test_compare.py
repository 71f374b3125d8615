"""What counts as the same: each pair of outputs as a person would judge it."""
# ruff: noqa: E501

from __future__ import annotations

import base64
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from jupyter_repro.verify.compare.cell import compare_cell
from jupyter_repro.verify.compare.file import compare_bytes, compare_file
from jupyter_repro.verify.compare.outcome import Comparing, Likeness, Tolerance


def stdout(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def stderr(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stderr", "text": text}


def shown(**data: Any) -> dict[str, Any]:
    mimes = {"html": "text/html", "plain": "text/plain", "png": "image/png", "svg": "image/svg+xml"}
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {mimes.get(name, name): value for name, value in data.items()},
    }


def error(name: str, value: str = "") -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": [value]}


def png(*, size: tuple[int, int] = (40, 30), dot: int = 255, comment: bool = False) -> str:
    image = Image.new("RGB", size, (255, 255, 255))
    image.putpixel((5, 5), (dot, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1 if comment else 9)
    return base64.b64encode(buffer.getvalue()).decode()


def frame(value: str, uuid: str = "T_1a2b3") -> str:
    return (
        f'<style type="text/css">#{uuid}_row0_col0 {{color: red}}</style><table id="{uuid}"><thead><tr><th></th>'
        f'<th>price</th></tr></thead><tbody><tr><th>0</th><td id="{uuid}_row0_col0">{value}</td></tr></tbody></table>'
    )


TEXTS: list[tuple[str, str, str, Likeness]] = [
    ("the same", "a\nb\n", "a\nb\n", "identical"),
    ("trailing white space", "a \nb\n", "a\nb", "equivalent"),
    ("another word", "mean", "median", "different"),
    ("an address", "<A object at 0x7f01a2b3c4d0>", "<A object at 0x7fffa2b3c4d0>", "equivalent"),
    ("a cut address", "<A object at 0x7f01...>", "<A object at 0x7fab...>", "equivalent"),
    ("another object at an address", "<A object at 0x7f01a2b3c4d0>", "<B object at 0x7f01a2b3c4d1>", "different"),
    ("colours", "\x1b[31mred\x1b[0m", "red", "equivalent"),
    ("float noise", "0.30000000000000004", "0.3", "equivalent"),
    ("float noise near zero", "residual 1.3e-17", "residual -4.1e-17", "equivalent"),
    ("a float that differs", "loss 0.2501", "loss 0.2502", "different"),
    ("a whole number that differs by little", "10000000 rows", "10000001 rows", "different"),
    ("a number in a name", "model_v1.5", "model_v1.6", "different"),
    ("nan stays nan", "x nan", "x nan", "identical"),
    ("nan became a number", "x nan", "x 1.0", "different"),
    ("inf became finite", "x inf", "x 1.0", "different"),
    ("%time", "CPU times: user 1.2 ms, sys: 3 µs, total: 1.3 ms\nWall time: 1.4 ms", "CPU times: user 5 s, sys: 1 s, total: 6 s\nWall time: 7.1 s", "equivalent"),
    ("%time of a minute", "CPU times: user 1min 2s, sys: 3 s, total: 1min 5s\nWall time: 1min 6s", "CPU times: user 5 s, sys: 1 s, total: 6 s\nWall time: 7.1 s", "equivalent"),
    ("%timeit", "1.21 µs ± 12 ns per loop (mean ± std. dev. of 7 runs, 1,000,000 loops each)", "24 ms ± 1.2 ms per loop (mean ± std. dev. of 7 runs, 10 loops each)", "equivalent"),
    ("a duration that may be a result", "half-life 3.2 s", "half-life 4.1 s", "different"),
    ("a progress bar", " 50%|█████     | 5/10 [00:00<00:00, 80.1it/s]\r100%|██████████| 10/10 [00:00<00:00, 79.1it/s]\ndone", "100%|██████████| 10/10 [00:01<00:00, 9.1it/s]\ndone", "equivalent"),
    ("the kernel's file in a warning", "/tmp/ipykernel_123/456.py:1: UserWarning: careful", "/tmp/ipykernel_77/88.py:1: UserWarning: careful", "equivalent"),
    ("another warning", "/tmp/ipykernel_123/456.py:1: UserWarning: careful", "/tmp/ipykernel_123/456.py:1: UserWarning: too late", "different"),
    ("where a library is installed", "<module 'x' from '/home/a/lib/python3.11/site-packages/x.py'>", "<module 'x' from '/opt/env/lib/python3.11/site-packages/x.py'>", "equivalent"),
    ("a date", "run on 2026-11-20", "run on 2026-11-21", "different"),
    ("a uuid", "key 123e4567-e89b-12d3-a456-426614174000", "key 00000000-e89b-12d3-a456-426614174000", "different"),
    ("a set in another order", "{'a', 'b'}", "{'b', 'a'}", "different"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "actual", "likeness"), [case[1:] for case in TEXTS], ids=[c[0] for c in TEXTS])
def test_printed_text(reference: str, actual: str, likeness: Likeness) -> None:
    assert compare_cell([stdout(reference)], [stdout(actual)], Comparing()).likeness == likeness


CELLS: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], Likeness]] = [
    ("pieces of one stream", [stdout("a\n"), stdout("b\n")], [stdout("a\nb\n")], "identical"),
    ("standard error", [stdout("a"), stderr("careful")], [stdout("a")], "identical"),
    ("the same error with another message", [error("KeyError", "'a'")], [error("KeyError", "'b'")], "identical"),
    ("another error", [error("KeyError")], [error("ValueError")], "different"),
    ("an error that no longer happens", [error("KeyError")], [], "different"),
    ("text and picture interleaved otherwise", [stdout("a"), shown(png=png()), stdout("b")], [stdout("ab"), shown(png=png())], "identical"),
    ("an output less", [stdout("a"), shown(plain="1")], [stdout("a")], "different"),
    ("display became print", [shown(plain="1")], [stdout("1")], "different"),
    ("a picture encoded otherwise", [shown(png=png())], [shown(png=png(comment=True))], "equivalent"),
    ("a picture a shade off", [shown(png=png())], [shown(png=png(dot=250))], "equivalent"),
    ("one pixel of another colour", [shown(png=png())], [shown(png=png(dot=100))], "different"),
    ("a picture of another size", [shown(png=png())], [shown(png=png(size=(41, 30)))], "different"),
    ("a picture that is broken", [shown(png=png())], [shown(png="iVBORw0KGgo=")], "different"),
    ("a styled table", [shown(html=frame("1.5"))], [shown(html=frame("1.5", "T_99999"))], "equivalent"),
    ("a table with float noise", [shown(html=frame("1.5"))], [shown(html=frame("1.5000000001"))], "equivalent"),
    ("a table with another value", [shown(html=frame("1.5"))], [shown(html=frame("1.6"))], "different"),
    ("a front end's own format", [shown(plain="1", **{"application/vnd.google.colaboratory.intrinsic+json": {}})], [shown(plain="1")], "identical"),
    ("a format gone", [shown(plain="1", html="<b>1</b>")], [shown(plain="1")], "different"),
    ("a widget's id", [shown(**{"application/vnd.jupyter.widget-view+json": {"model_id": "a" * 32}, "text/plain": "Slider()"})], [shown(**{"application/vnd.jupyter.widget-view+json": {"model_id": "b" * 32}, "text/plain": "Slider()"})], "equivalent"),
    ("a figure as JSON", [shown(**{"application/vnd.plotly.v1+json": {"data": [{"y": [1, 2.0], "uid": "x"}]}})], [shown(**{"application/vnd.plotly.v1+json": {"data": [{"uid": "z", "y": [1, 2.0000000001]}]}})], "equivalent"),
    ("a figure with other data", [shown(**{"application/vnd.plotly.v1+json": {"data": [{"y": [1, 2.0]}]}})], [shown(**{"application/vnd.plotly.v1+json": {"data": [{"y": [1, 2.5]}]}})], "different"),
    ("a drawing", [shown(svg='<svg><g id="p1a"><path d="M 1.0 2.0"/></g></svg>')], [shown(svg='<svg><g id="p9z"><path d="M 1.0 2.0000000001"/></g></svg>')], "equivalent"),
    ("another drawing", [shown(svg='<svg><g id="p1a"><path d="M 1.0 2.0"/></g></svg>')], [shown(svg='<svg><g id="p1a"><path d="M 1.0 7.0"/></g></svg>')], "different"),
    ("a progress widget", [stdout("done"), shown(**{"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "  0%|          | 0/10 [00:00<?, ?it/s]"})], [stdout("done")], "identical"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "actual", "likeness"), [case[1:] for case in CELLS], ids=[c[0] for c in CELLS])
def test_outputs(reference: list[dict[str, Any]], actual: list[dict[str, Any]], likeness: Likeness) -> None:
    outcome = compare_cell(reference, actual, Comparing())
    assert outcome.likeness == likeness, outcome
    assert (outcome.likeness == "identical") == (outcome.cause == "")
    assert compare_cell(actual, reference, Comparing()).likeness == likeness


def test_what_was_passed_over_is_counted_by_kind() -> None:
    terms = Comparing()
    reference = [stdout("<A at 0x7f01a2b3c4d0> <B at 0x7f01a2b3c4d1>\nWall time: 3 s\n"), stderr("one")]
    assert (
        compare_cell(
            reference, [stdout("<A at 0x7f0000b3c4d0> <B at 0x7f00003c4d1>\nWall time: 9 s\n")], terms
        ).likeness
        == "equivalent"
    )
    assert terms.ignored == {"memory addresses": 2, "timings": 1, "standard error": 1}


def test_a_difference_is_shown_and_cut() -> None:
    outcome = compare_cell([stdout("same\nold value\n")], [stdout("same\nnew value\n")], Comparing())
    assert outcome.detail == "-old value\n+new value"
    long = compare_cell([stdout("a\n" * 5000)], [stdout("b\n" * 5000)], Comparing())
    assert len(long.detail) < 5000


def test_the_tolerance_is_the_callers() -> None:
    pair = [stdout("0.25")], [stdout("0.2501")]
    assert compare_cell(*pair, Comparing()).likeness == "different"
    assert compare_cell(*pair, Comparing(tolerance=Tolerance(relative=1e-3))).likeness == "equivalent"


def test_dates_may_differ_only_where_that_is_known() -> None:
    pair = [stdout("Date: Fri, 20 Nov 2026 Time: 10:11:12")], [stdout("Date: Sat, 21 Nov 2026 Time: 00:01:02")]
    assert compare_cell(*pair, Comparing()).likeness == "different"
    assert compare_cell(*pair, Comparing(dates=True)).likeness == "equivalent"


def _zip(time: tuple[int, int, int, int, int, int], text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("sheet.csv", time), text)
    return buffer.getvalue()


FILES: list[tuple[str, bytes, bytes, Likeness]] = [
    ("t.csv", b"a,b\n1,2.5\n", b"a,b\n1,2.5\n", "identical"),
    ("t.csv", b"a,b\n1,2.5\n", b"a,b\r\n1,2.5000000001\r\n", "equivalent"),
    ("t.csv", b"a,b\n1,2.5\n", b"a,b\n1,2.6\n", "different"),
    ("t.csv", b"a,b\n1,2.5\n", b"a,b\n1,2.5\n2,3.5\n", "different"),
    ("t.json", b'{"a": 1, "b": [2.5]}', b'{"b": [2.5], "a": 1}', "equivalent"),
    ("t.json", b'{"a": 1}', b'{"a": 2}', "different"),
    ("t.json", b'{"a": 1}', b'{"a": true}', "different"),
    ("t.json", b'{"a": 1}', b'{"a": ', "different"),
    ("t.jsonl", b'{"a": 1}\n', b'{"a":1}\n', "equivalent"),
    ("t.txt", b"took 0x7f01a2b3c4d0", b"took 0x7f00a2b3c4d0", "equivalent"),
    ("t.zip", _zip((2020, 1, 1, 0, 0, 0), "a\n1\n"), _zip((2026, 1, 1, 0, 0, 0), "a\n1\n"), "equivalent"),
    ("t.zip", _zip((2020, 1, 1, 0, 0, 0), "a\n1\n"), _zip((2020, 1, 1, 0, 0, 0), "a\n2\n"), "different"),
    ("t.png", base64.b64decode(png()), base64.b64decode(png(comment=True)), "equivalent"),
    ("model.pkl", b"\x80\x04a", b"\x80\x04b", "different"),
    ("t.xyz", b"a", b"b", "different"),
]


@pytest.mark.parametrize(("name", "reference", "actual", "likeness"), FILES)
def test_files(name: str, reference: bytes, actual: bytes, likeness: Likeness) -> None:
    assert compare_bytes(name, reference, actual, Comparing()).likeness == likeness


def test_arrays_and_frames_are_compared_by_value(tmp_path: Path) -> None:
    np = pytest.importorskip("numpy")
    pandas = pytest.importorskip("pandas")
    values = np.linspace(0.0, 1.0, 50)
    for number, array in enumerate((values, values * (1 + 1e-12), values + 0.1)):
        np.save(tmp_path / f"{number}.npy", array)
        pandas.DataFrame({"a": array}).to_parquet(tmp_path / f"{number}.parquet")
    for suffix in ("npy", "parquet"):
        first, near, far = (tmp_path / f"{number}.{suffix}" for number in range(3))
        assert compare_file(first, near, Comparing()).likeness == "equivalent"
        assert compare_file(first, far, Comparing()).likeness == "different"


def test_databases_are_compared_by_their_tables(tmp_path: Path) -> None:
    for name, rows in (("a", [1, 2]), ("b", [1, 2, 3]), ("c", [1, 5])):
        with sqlite3.connect(tmp_path / f"{name}.db") as connection:
            connection.execute("create table t (x)")
            connection.executemany("insert into t values (?)", [(row,) for row in rows])
            if name == "b":
                connection.execute("delete from t where x = 3")
        connection.close()
    assert compare_file(tmp_path / "a.db", tmp_path / "b.db", Comparing()).likeness in ("identical", "equivalent")
    assert compare_file(tmp_path / "a.db", tmp_path / "c.db", Comparing()).likeness == "different"


def test_a_comparison_survives_any_json() -> None:
    odd = [
        {"output_type": "display_data", "data": {"application/json": json.loads(text)}}
        for text in ("null", "[2]", '{"a": {}}', '"x"', "true")
    ]
    for one in odd:
        for other in odd:
            assert (compare_cell([one], [other], Comparing()).likeness == "identical") == (one == other)
