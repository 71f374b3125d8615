"""Secrets are found by kind and line, ordinary code is left alone, and no value ever leaves the detector."""

from __future__ import annotations

import pytest

from jupyter_repro.analysis.facts.secrets import find_secrets

# Put together at run time, so that no scanner takes this file for a leak.
RANDOM40 = "aB3dE5fG7h" * 4
SECRETS = {
    "AWS access key": "key = '" + "AKIA" + "IOSFODNN7ABCDEFG" + "'",
    "GitHub token": "ghp_" + RANDOM40[:36],
    "GitLab token": "glpat-" + RANDOM40[:20],
    "Slack token": "xoxb-" + "123456789012-abcdefABCDEF",
    "Google API key": "AIza" + RANDOM40[:35],
    "Anthropic API key": "sk-ant-" + RANDOM40,
    "OpenAI API key": "sk-proj-" + RANDOM40,
    "Hugging Face token": "hf_" + RANDOM40[:34],
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "JSON web token": ".".join(["eyJ" + RANDOM40, "eyJ" + RANDOM40, RANDOM40]),
    "password in a URL": "postgresql://anna:" + "s3cr3tpw@db.lab.org/x",
    "password": "password = " + '"hunter2!"',
    "secret in an assignment": "API_TOKEN = '" + RANDOM40[:24] + "'",
}
ORDINARY = [
    "token = 'the'",
    "tokens = tokenizer('some long sentence with many words in it')",
    "password = 'your_password'",
    "password = getpass.getpass()",
    "api_key = os.environ['API_KEY']",
    'api_key = "<insert your key here>"',
    "url = 'https://user:password@example.org/'",
    "url = 'http://localhost:8888/?page=2'",
    "secret_santa = ['ann', 'bob']",
    "df['token'] = 'abcdefghijklmnop'",
    "sha = '0123456789abcdef0123456789abcdef01234567'",
    "token_pattern='(?u)\\\\b\\\\w+\\\\b'",
    "key = 'sk-learn-contrib-imbalanced-learn-documentation'",
    "password_length = 12",
    "",
]


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_is_named_with_its_line_and_without_its_value(kind: str) -> None:
    hits = find_secrets("import os\n" + SECRETS[kind] + "\n")
    assert [(hit.kind, hit.line) for hit in hits] == [(kind, 2)]
    assert SECRETS[kind] not in repr(hits)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_code_is_left_alone(text: str) -> None:
    assert find_secrets(text) == []


def test_environment_files_and_dict_entries_are_read_too() -> None:
    text = (
        'DB_PASSWORD=Tr0ub4dor3xyz\nconfig = {"api_key": "'
        + RANDOM40[:20]
        + '"}\nos.environ["HUB_TOKEN"] = "'
        + RANDOM40[:20]
        + '"'
    )
    assert [hit.line for hit in find_secrets(text)] == [1, 2, 3]
