"""Finds credentials in text. Says what kind and on which line; never returns, prints or stores the value.

Two ways: tokens whose issuer gave them a recognisable shape, and string literals assigned to a name that promises a
secret. The second needs the value to look random, or the name to be a password's, so that ``token = "word"`` passes.
The text is scanned as given: decode notebook JSON first, because escapes hide secrets from a scan of the raw file.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretHit:
    """A credential: its kind in plain words (``GitHub token``) and its line, counted from 1."""

    kind: str
    line: int


_SHAPES: tuple[tuple[str, str], ...] = (
    ("AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),
    ("GitHub token", r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
    ("GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("Slack webhook", r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}"),
    ("Google API key", r"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"),
    ("Google OAuth secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    ("Stripe key", r"\b[rs]k_live_[0-9A-Za-z]{16,}"),
    ("Anthropic API key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("OpenAI API key", r"\bsk-(?:proj-|svcacct-)?(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{32,}"),
    ("Hugging Face token", r"\bhf_[A-Za-z0-9]{34}\b"),
    ("PyPI token", r"\bpypi-AgE[A-Za-z0-9_-]{50,}"),
    ("npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("Telegram bot token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    ("Azure storage key", r"AccountKey=[A-Za-z0-9+/]{86}=="),
    ("private key", r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----"),
    ("JSON web token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
)
_SHAPE = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(_SHAPES)))
_MARKS = tuple(
    "AKIA ASIA ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xox hooks.slack AIza GOCSPX- rk_live_ sk_live_ sk- hf_ "
    "pypi- npm_ SG. :AA AccountKey= -----BEGIN eyJ".split()
)
"""What every shape begins with or has in it: most texts have none of these."""

_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"<>]*:(?P<password>[^\s/@'\"<>]+)@[\w.-]+", re.IGNORECASE)

_ASSIGNED = re.compile(
    r"""(?<![A-Za-z0-9_.-])(?P<name>[A-Za-z0-9_.-]{0,40}?
          (?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|(?:api|access|auth|private)[_-]?key|credential)[A-Za-z0-9_-]{0,40})
        (?:['"]\s*\])?["']?\s*(?:=|:|=>)\s*[fbru]{0,2}(?P<quote>["'])(?P<value>(?:(?!(?P=quote)).){6,200})(?P=quote)""",
    re.IGNORECASE | re.VERBOSE,
)
_ENV_LINE = re.compile(
    r"^\s*(?:export\s+|set\s+|%env\s+|%set_env\s+)?(?P<name>[A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY)[A-Z0-9_]*)"
    r"\s*[=\s]\s*(?P<value>[^\s'\"#]{12,200})\s*$",
    re.MULTILINE,
)
_PLACEHOLDER = re.compile(
    r"^(?:<.*>|\{.*\}|\$.*|%.*|\*+|x+|\.+|-+|_+|#+|.)$"
    r"|^(?:your|my|some|the|enter|insert|replace|change|dummy|fake|sample|example)[-_ ]"
    r"|placeholder|redacted|todo|fixme"
    r"|^(?:password|passwd|secret|token|user|username|pass|test|testing|changeme|postgres|root|admin|guest)\d*$",
    re.IGNORECASE,
)
_PASSWORD_NAME = re.compile(r"(?:^|[_.\-])(?:passw(?:or)?d|passwd|pwd|passphrase)\d*$", re.IGNORECASE)


def find_secrets(text: str) -> list[SecretHit]:
    """The credentials in ``text``, in line order, one hit per kind and line. Empty where there are none."""
    found: set[tuple[int, str]] = set()
    for match in _SHAPE.finditer(text) if any(mark in text for mark in _MARKS) else ():
        kind = _SHAPES[int((match.lastgroup or "k0")[1:])][0]
        found.add((_line(text, match.start()), kind))
    if "://" in text:
        for match in _URL.finditer(text):
            password = match["password"]
            if len(password) >= 4 and not _PLACEHOLDER.search(password):
                found.add((_line(text, match.start()), "password in a URL"))
    shaped = {line for line, _ in found}
    lowered = text.lower()
    promising = any(word in lowered for word in ("pass", "pwd", "secret", "token", "key", "credential"))
    for pattern in (_ASSIGNED, _ENV_LINE) if promising else ():
        for match in pattern.finditer(text):
            line = _line(text, match.start())
            if line not in shaped and _looks_secret(match["name"], match["value"]):
                found.add((line, "password" if _PASSWORD_NAME.search(match["name"]) else "secret in an assignment"))
    return [SecretHit(kind=kind, line=line) for line, kind in sorted(found)]


def _looks_secret(name: str, value: str) -> bool:
    if _PLACEHOLDER.search(value) or " " in value.strip() or value.startswith(("/", "./", "http://", "https://")):
        return False
    if _PASSWORD_NAME.search(name):
        return len(value) >= 6
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return len(value) >= 16 and mixed and _entropy(value) >= 3.0


def _entropy(value: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
