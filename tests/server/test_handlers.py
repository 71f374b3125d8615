"""The panel's server half: what it answers, to whom, and how it says no."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_repro.server.routes import ENDPOINTS

PLACES = ("../answer.ipynb", "a/../../answer.ipynb", "./answer.ipynb", "/..", "", "a\0b.ipynb", None, 7)


def refusal(error: HTTPClientError) -> dict[str, Any]:
    """The body of an error answer, which is always ours."""
    assert error.response is not None
    payload: dict[str, Any] = json.loads(error.response.body)
    assert set(payload) == {"message", "hint", "exit_code"}
    assert "Traceback" not in payload["message"] + payload["hint"]
    return payload


async def test_the_panel_gets_a_forecast_and_the_history(jp_fetch: Any, notebook: dict[str, Any]) -> None:
    body = json.dumps({"path": "answer.ipynb", "content": notebook})
    response = await jp_fetch("jupyter-repro", "panel", method="POST", body=body)
    payload = json.loads(response.body)
    assert [cell["id"] for cell in payload["check"]["cells"]] == ["six", "answer"]
    assert payload["check"]["session"] is None
    assert payload["log"]["sessions"] == []


async def test_the_panel_judges_the_unsaved_notebook(
    jp_fetch: Any, notebook: dict[str, Any], jp_root_dir: Path
) -> None:
    saved = (jp_root_dir / "answer.ipynb").read_bytes()
    live = copy.deepcopy(notebook)
    live["cells"][0]["source"] = ""
    body = json.dumps({"path": "answer.ipynb", "content": live})
    payload = json.loads((await jp_fetch("jupyter-repro", "panel", method="POST", body=body)).body)
    assert {cell["id"]: cell["replay"] for cell in payload["check"]["cells"]}["answer"] == "fails"
    assert (jp_root_dir / "answer.ipynb").read_bytes() == saved
    assert sorted(path.name for path in jp_root_dir.iterdir()) == ["answer.ipynb"]


@pytest.mark.parametrize("path", PLACES, ids=repr)
async def test_no_path_leaves_the_servers_folder(jp_fetch: Any, notebook: dict[str, Any], path: Any) -> None:
    body = json.dumps({"path": path, "content": notebook})
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("jupyter-repro", "panel", method="POST", body=body)
    assert caught.value.code == 400
    assert refusal(caught.value)["exit_code"] == 2


@pytest.mark.parametrize("body", ["", "[]", "{", '{"path": "answer.ipynb"}', '{"path": "answer.ipynb", "content": {}}'])
async def test_a_request_that_makes_no_sense_gets_one_line(jp_fetch: Any, body: str) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("jupyter-repro", "panel", method="POST", body=body)
    assert caught.value.code == 400
    assert refusal(caught.value)["message"]


async def test_another_language_is_named(jp_fetch: Any, notebook: dict[str, Any]) -> None:
    julia = {**notebook, "metadata": {"kernelspec": {"name": "julia", "display_name": "Julia", "language": "julia"}}}
    with pytest.raises(HTTPClientError) as caught:
        body = json.dumps({"path": "answer.ipynb", "content": julia})
        await jp_fetch("jupyter-repro", "panel", method="POST", body=body)
    assert "julia" in refusal(caught.value)["message"]


async def test_the_trackers_request_names_the_notebook_and_is_silent(jp_fetch: Any, jp_root_dir: Path) -> None:
    response = await jp_fetch("jupyter-repro", "tracker", params={"path": "deep/answer.ipynb"})
    request = json.loads(response.body)
    assert request["silent"] is True
    assert request["store_history"] is False
    assert str(jp_root_dir / "deep" / "answer.ipynb") in json.dumps(request["user_expressions"])


async def test_the_trackers_answer_is_read_for_the_panel(jp_fetch: Any) -> None:
    reply = {"status": "ok", "user_expressions": {"jupyter_repro": {"status": "error", "ename": "E", "evalue": "why"}}}
    response = await jp_fetch("jupyter-repro", "tracker", method="POST", body=json.dumps({"reply": reply}))
    answer = json.loads(response.body)
    assert answer["loaded"] is False
    assert "why" in answer["reason"]


async def test_every_room_is_offered_or_says_why_not(jp_fetch: Any) -> None:
    rooms = json.loads((await jp_fetch("jupyter-repro", "rooms")).body)["rooms"]
    assert {room["name"] for room in rooms} == {"current", "venv", "docker"}
    assert all(room["because"] for room in rooms)


@pytest.mark.parametrize("endpoint", [name.replace("([0-9a-f]{32})", "0" * 32) for name in ENDPOINTS])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_nobody_is_answered_without_the_token(jp_fetch: Any, endpoint: str, method: str) -> None:
    for headers in ({"Authorization": "token wrong"}, {"Authorization": ""}):
        with pytest.raises(HTTPClientError) as caught:
            await jp_fetch(
                *("jupyter-repro", *endpoint.split("/")),
                method=method,
                headers=headers,
                body="{}" if method == "POST" else None,
                follow_redirects=False,
            )
        assert caught.value.code in (302, 403, 405)


async def test_a_report_comes_in_a_sandbox(jp_fetch: Any, jp_root_dir: Path) -> None:
    (jp_root_dir / "REPORT.html").write_text("<script>alert(1)</script><p>fine</p>")
    response = await jp_fetch("jupyter-repro", "report", params={"path": "REPORT.html"})
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox" in policy.split(";")[0]
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"fine" in response.body


@pytest.mark.parametrize("path", ["answer.ipynb", "../REPORT.html", "missing.html", ""])
async def test_only_reports_are_served(jp_fetch: Any, notebook: dict[str, Any], path: str) -> None:
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("jupyter-repro", "report", params={"path": path})
    assert caught.value.code in (400, 404)
