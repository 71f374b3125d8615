"""Cuts secrets out of what goes into the journal: credentials and tokens in URLs and command lines."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_NAMED = re.compile(
    r"(?i)((?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|auth(?:orization)?|credentials?|bearer|"
    r"signature|sig|session|cookie|pwd)[\w-]*\s*(?:=|:|\s)\s*)((?:(?:bearer|basic|digest|token)\s+)?(?:\"[^\"]*\"|'[^']*'|\S+))"
)
_USER = re.compile(r"((?:^|\s)(?:-u|--user(?:name)?)[=\s]?\s*[^\s:]+:|\bsshpass\s+-p\s*(?=\S))(\"[^\"]*\"|'[^']*'|\S+)")
"""``curl -u name:password`` and its like."""
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s'\"<>|;]+")
_USER_OF_URL = re.compile(r"//[^/@\s]*@")
_NAMED_IN_QUERY = re.compile(r"(?i)([?&;][\w-]*(?:pass|secret|token|key|auth|sig|session|pwd)[\w-]*=)[^&#\s]*")
_TOKEN = re.compile(
    r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abpr]-[\w-]{10,}|sk-[\w-]{16,}|hf_\w{16,}|"
    r"AKIA[0-9A-Z]{12,}|eyJ[\w-]{10,}\.[\w-]+\.[\w-]+|[A-Za-z0-9+/_-]{40,}={0,2})"
)
CUT = "***"


def url(text: str) -> str:
    """The URL without user, password, query values and fragment; tokens in the path are cut."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return CUT
    query = "&".join(f"{pair.partition('=')[0]}={CUT}" for pair in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], _TOKEN.sub(CUT, parts.path), query, ""))


def command(text: str, limit: int = 200) -> str:
    """A command line without secrets, cut to ``limit`` characters."""
    text = _URL.sub(lambda match: url(match.group()), text)
    text = _USER.sub(lambda match: match.group(1) + CUT, text)
    text = _NAMED.sub(lambda match: match.group(1) + CUT, text)
    text = " ".join(_TOKEN.sub(CUT, text).split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


def message(text: str) -> str:
    """An error's text, in which URLs have lost their user and password and what is secret by its name."""
    return _URL.sub(lambda match: _NAMED_IN_QUERY.sub(rf"\1{CUT}", _USER_OF_URL.sub("//", match.group())), text)
