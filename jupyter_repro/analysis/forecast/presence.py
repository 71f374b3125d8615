"""Files that a cell looks for without opening them: what it found there, and what the replay would find.

``os.listdir``, ``glob``, ``exists`` and their like leave no record. But their text names folders, patterns and files,
and the history tells when each file that runs touched came to be or went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import lru_cache
from os.path import normpath
from posixpath import join, relpath, split

from jupyter_repro.analysis.runs.timeline import Past, Timeline
from jupyter_repro.records import FileTouch

_LISTING = re.compile(r"\b(?:listdir|glob|iglob|rglob|iterdir|scandir|walk)\s*\(")
_ASKING = re.compile(r"\b(?:exists|isfile|is_file)\s*\(")
_AS_A_CONDITION = re.compile(r"\b(?:if|while|or|and)\b[^\n:]*\b(?:exists|isfile|is_file)\s*\(")
_TEXT = re.compile(r"[\"']([^\"'\n]+)[\"']")
_SHELL = re.compile(r"^[ \t]*(?:\w+[ \t]*=[ \t]*)?[!%]ls\b[ \t]*([^\n|;&]*)", re.MULTILINE)
_WRITING = re.compile(r"\A\s*%%(?:writefile|file)[ \t]+(?!-a)(\S+)")
_WILD = re.compile(r"[*?\[]")


@lru_cache(maxsize=8192)
def looks(source: str) -> bool:
    """Whether a text lists a folder or asks whether a file is there."""
    return any(pattern.search(source) for pattern in (_LISTING, _ASKING, _SHELL, _WRITING))


class Presence:
    """Knows when the files of a history came to be."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline

    def was_there(self, past: Past, written: Iterable[str]) -> dict[str, bool]:
        """The files that the run looked for -> whether they were there when it began.

        ``written`` are files that the replay has written, among them some that no run ever did.
        """
        if not looks(past.text):
            return {}
        paths = {*written, *(path for line in self._timeline.lines for path in line.filers)}
        if not _AS_A_CONDITION.search(past.text) and not _WRITING.match(past.text):
            paths -= {touch.path for touch in past.run.files if touch.mode == "write"}  # before it looked
        places = _places(past)
        wanted = [path for path in sorted(paths) if any(_is_looked_for(past.text, path, place) for place in places)]
        return {path: self._was_there(path, past) for path in wanted}

    def _was_there(self, path: str, past: Past) -> bool:
        before: FileTouch | None = None
        here = (past.header.started, past.place)
        for when, touch in self._touches(path):
            if when < here:
                before = touch
            elif before is None:
                return touch.mode != "write" or touch.kept
            else:
                break
        return before is not None and before.mode != "delete"

    def _touches(self, path: str) -> Iterator[tuple[tuple[str, int], FileTouch]]:
        for line in self._timeline.lines:
            for place in line.filers[path]:
                touches = [touch for touch in line.runs[place].files if touch.path == path and touch.role == "user"]
                yield from (((line.header.started, place), touch) for touch in touches)


def _places(past: Past) -> set[str]:
    """The working directories in which the run can have looked, seen from the session's folder."""
    settings = [past.settings.get("cwd"), *(change.after for change in past.run.settings if change.name == "cwd")]
    return {relpath(each or past.header.cwd, past.header.cwd) for each in settings}


@lru_cache(maxsize=4096)
def _is_looked_for(source: str, path: str, place: str) -> bool:
    """Whether the text, run in the working directory ``place``, would come across a file."""
    path = relpath(path, place)
    folder, name = split(path)
    if (writing := _WRITING.match(source)) is not None:
        return normpath(writing[1]) == path
    texts = _TEXT.findall(source)
    if _ASKING.search(source) and any(path in (normpath(text), normpath(join(*texts[:2]))) for text in texts):
        return True
    shell = _SHELL.search(source)
    if shell is None and not _LISTING.search(source):
        return False
    words = texts if shell is None else [word for word in shell[1].split() if not word.startswith("-")]
    patterns = [word for word in words if _WILD.search(word)]
    folders = {normpath(word) for word in words if not _WILD.search(word)} or {"."}
    if any(fnmatch(path, pattern) for pattern in patterns):
        return True
    if patterns and not any(fnmatch(name, split(pattern)[1]) for pattern in patterns):
        return False
    deep = "rglob" in source or "walk" in source
    return any((folder or ".") == each or (deep and (folder + "/").startswith(each + "/")) for each in folders)
