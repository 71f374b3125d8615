"""No password, token or key gets into the journal with a command, a URL or an error."""

from __future__ import annotations

import pytest

from jupyter_repro.capture.world import redaction

SECRET = "hunter2hunter"


@pytest.mark.parametrize(
    "command",
    [
        f"curl -H 'Authorization: Bearer {SECRET}' https://example.org",
        f'curl -H "Authorization: Basic {SECRET}" x',
        f"curl -H Authorization:{SECRET} x",
        f"curl -u me:{SECRET} https://example.org/a",
        f"curl --user me:{SECRET} x",
        f"curl --user=me:{SECRET} x",
        f"sshpass -p {SECRET} ssh me@host",
        f"git clone https://me:{SECRET}@example.org/a.git",
        f"wget https://example.org/a?token={SECRET}&x=1",
        f"login --password {SECRET}",
        f"login --api-key={SECRET}",
        f"API_TOKEN={SECRET} make",
        f"PGPASSWORD='{SECRET}' psql",
    ],
)
def test_a_command(command: str) -> None:
    assert SECRET not in redaction.command(command)


@pytest.mark.parametrize("command", ["cat a.txt b.txt", "sort -u names.txt", "mkdir -p a/b", "git log -3"])
def test_a_command_without_secrets_stays(command: str) -> None:
    assert redaction.command(command) == command


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"404 for url: https://me:{SECRET}@example.org/a?page=2", "404 for url: https://example.org/a?page=2"),
        (f"401 for https://example.org/a?api_key={SECRET}&page=2", "401 for https://example.org/a?api_key=***&page=2"),
        ("unexpected keyword argument 'token'", "unexpected keyword argument 'token'"),
    ],
)
def test_an_error(text: str, kept: str) -> None:
    assert redaction.message(text) == kept
