"""Jobs: a stream of lines that ends with a result or one clear line, and work that can be stopped."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError


def lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines() if line.strip()]


async def run_job(jp_fetch: Any, **job: Any) -> list[dict[str, Any]]:
    response = await jp_fetch("jupyter-repro", "jobs", method="POST", body=json.dumps(job), request_timeout=120)
    return lines(response.body)


@pytest.mark.kernel
async def test_a_proof_streams_its_steps_and_a_verdict(jp_fetch: Any, notebook: dict[str, Any]) -> None:
    told = await run_job(jp_fetch, kind="prove", path="answer.ipynb", content=notebook)
    assert set(told[0]) == {"job"}
    steps = [line["step"] for line in told if "step" in line]
    assert {"stage", "message", "done", "total"} == set(steps[0])
    result = told[-1]["result"]
    assert result["verdict"] == "reproduced"
    assert [cell["verdict"] for cell in result["cells"]] == ["identical", "identical"]


@pytest.mark.kernel
async def test_a_proof_is_of_the_unsaved_notebook_and_changes_nothing_on_disk(
    jp_fetch: Any, notebook: dict[str, Any], jp_root_dir: Path
) -> None:
    before = {path.name: path.read_bytes() for path in jp_root_dir.iterdir()}
    notebook["cells"][1]["outputs"][0]["text"] = "41\n"
    told = await run_job(jp_fetch, kind="prove", path="answer.ipynb", content=notebook)
    result = told[-1]["result"]
    assert result["verdict"] == "differs"
    assert [cell["verdict"] for cell in result["cells"]] == ["identical", "different"]
    assert {path.name: path.read_bytes() for path in jp_root_dir.iterdir()} == before


@pytest.mark.kernel
async def test_an_export_without_a_proof_names_the_bundle_as_the_browser_knows_it(
    jp_fetch: Any, notebook: dict[str, Any], jp_root_dir: Path
) -> None:
    told = await run_job(jp_fetch, kind="export", path="answer.ipynb", target="out/bundle", room=None, force=False)
    result = told[-1]["result"]
    assert (result["bundle"], result["report"]) == ("out/bundle", "out/bundle/REPORT.html")
    assert result["proven"] is False
    assert (jp_root_dir / "out" / "bundle" / "manifest.json").is_file()
    report = await jp_fetch("jupyter-repro", "report", params={"path": result["report"]})
    assert b"<html" in report.body


async def test_a_target_that_is_taken_is_refused_in_one_line(
    jp_fetch: Any, notebook: dict[str, Any], jp_root_dir: Path
) -> None:
    (jp_root_dir / "mine").mkdir()
    (jp_root_dir / "mine" / "thesis.txt").write_text("do not lose")
    told = await run_job(jp_fetch, kind="export", path="answer.ipynb", target="mine", room=None, force=True)
    assert told[-1]["error"]["exit_code"] == 2
    assert "mine" in told[-1]["error"]["message"]
    assert (jp_root_dir / "mine" / "thesis.txt").read_text() == "do not lose"


@pytest.mark.parametrize(
    "job",
    [
        {"kind": "format-disk"},
        {"kind": "prove", "path": "../x.ipynb", "content": {}},
        {"kind": "export", "path": "answer.ipynb", "target": "../out", "room": None},
        {"kind": "export", "path": "missing.ipynb", "target": "out", "room": None},
        {"kind": "export", "path": "answer.ipynb", "target": "out", "room": 7},
    ],
    ids=lambda job: f"{job['kind']}-{job.get('path', '')}-{job.get('target', '')}",
)
async def test_a_job_that_cannot_start_is_refused_before_it_does(
    jp_fetch: Any, notebook: dict[str, Any], job: dict[str, Any]
) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("jupyter-repro", "jobs", method="POST", body=json.dumps(job))
    assert caught.value.code == 400


@pytest.mark.kernel
async def test_a_running_job_stops_when_asked(
    jp_fetch: Any, jp_http_port: int, notebook: dict[str, Any], jp_root_dir: Path
) -> None:
    notebook["cells"][1]["source"] = "import time; time.sleep(120)"
    seen = bytearray()
    job = json.dumps({"kind": "prove", "path": "answer.ipynb", "content": notebook})
    running = asyncio.ensure_future(
        jp_fetch("jupyter-repro", "jobs", method="POST", body=job, streaming_callback=seen.extend, request_timeout=100)
    )
    while len(lines(bytes(seen[: seen.rfind(b"\n") + 1]))) < 2:
        await asyncio.sleep(0.05)
    name = lines(bytes(seen[: seen.find(b"\n") + 1]))[0]["job"]
    assert (await jp_fetch("jupyter-repro", "jobs", name, method="DELETE")).code == 204
    await running
    assert lines(bytes(seen))[-1]["error"]["exit_code"] == 130
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("jupyter-repro", "jobs", name, method="DELETE")
    assert caught.value.code == 404
