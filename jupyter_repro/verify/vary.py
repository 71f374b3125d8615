"""Reruns along one axis at a time: the same notebook in the same room, with one condition of its world changed.

A cell that gave its reference in the control run and does not under the changed condition depends on that condition.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_repro.errors import BadInput
from jupyter_repro.verify.result import AxisResult, CellResult, FileResult
from jupyter_repro.verify.rooms.interface import OpenRoom, Terms

PRELUDES = Path(__file__).with_name("preludes")
FOLDER = "another plâce/of the same project"
AHEAD = "+400d"
"""How far the clock is set ahead: another day, month and year, whatever today is."""
EAST = "<+14>-14"
"""A time zone in which today is often tomorrow, in the notation that needs no time zone database."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
FAKETIME = (
    "usr/lib/*/faketime/libfaketime.so.1",
    "usr/lib*/faketime/libfaketime.so.1",
    "usr/local/lib/faketime/libfaketime.so.1",
)
CLOSED_PORT = "http://127.0.0.1:9"
_LANGUAGES = ("de_DE", "fr_FR", "tr_TR", "pt_BR", "es_ES", "ru_RU", "en_US", "en_GB")
_GOOD = ("identical", "equivalent")


class NotVaried(Exception):
    """An axis that cannot be varied here; the message says why, as the end of a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """One condition of the world. ``change`` gives terms with it changed, or raises NotVaried."""

    name: str
    about: str
    change: Callable[[Terms], Terms]


def axes_named(words: str) -> tuple[Axis, ...]:
    """The axes of a comma-separated list, or every one for ``all``. Raises BadInput for a name that is none."""
    if words.strip() == "all":
        return tuple(AXES.values())
    names = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [name for name in names if name not in AXES]
    if unknown or not names:
        raise BadInput(
            f"there is no axis called {unknown[0]}" if unknown else "no axis is named",
            hint=f"Axes are: all, {', '.join(AXES)}.",
        )
    return tuple(AXES[name] for name in dict.fromkeys(names))


def varied(axis: Axis, terms: Terms, room: OpenRoom) -> Terms:
    """The terms with this axis changed. Raises NotVaried where the room or the machine cannot."""
    if axis.name in room.cannot_vary:
        raise NotVaried(room.cannot_vary[axis.name])
    return axis.change(terms)


def compared(
    axis: Axis,
    control: tuple[Sequence[CellResult], Sequence[FileResult]],
    changed: tuple[Sequence[CellResult], Sequence[FileResult]],
) -> AxisResult:
    """What the changed rerun says: the cells and files that were as they should be, and no longer are."""
    before = {cell.id: cell for cell in control[0]}
    broken = [
        cell for cell in changed[0] if before[cell.id].verdict in _GOOD and cell.verdict in ("different", "failed")
    ]
    files = {file.path for file in control[1] if file.verdict in _GOOD}
    spoilt = [file.path for file in changed[1] if file.path in files and file.verdict in ("different", "missing")]
    if not broken and not spoilt:
        return AxisResult(axis=axis.name, verdict="holds", because=f"the same with {axis.about}", ran=True)
    named = [f"{cell.name} ({cell.cause})" for cell in broken[:3]] + spoilt[:3]
    more = len(broken) + len(spoilt) - len(named)
    because = f"with {axis.about}, not the same: {', '.join(named)}" + (f" and {more} more" if more else "")
    return AxisResult(
        axis=axis.name,
        verdict="breaks",
        because=because,
        cells=tuple(cell.id for cell in broken),
        files=tuple(spoilt),
        ran=True,
    )


def already(axis: Axis, why: str, *, reproduced: bool) -> AxisResult:
    """The result of an axis that the room itself varies: what the control run says."""
    if reproduced:
        return AxisResult(axis=axis.name, verdict="holds", because=f"the control run shows it: {why}")
    return AxisResult(axis=axis.name, verdict="not-varied", because=f"the control run did not reproduce, and {why}")


def _with(**changed: str) -> Callable[[Terms], Terms]:
    return lambda terms: replace(terms, environment={**terms.environment, **changed})


def _prelude(name: str) -> Callable[[Terms], Terms]:
    path = PRELUDES / f"{name}.py"
    return lambda terms: replace(terms, prelude=path.read_text(encoding="utf-8"))


def _hash_seed(terms: Terms) -> Terms:
    return _with(PYTHONHASHSEED="1" if _now(terms, "PYTHONHASHSEED") != "1" else "2")(terms)


def _threads(terms: Terms) -> Terms:
    count = "2" if any(_now(terms, name) == "1" for name in THREADS) else "1"
    if count == "2" and (os.cpu_count() or 1) < 2:
        raise NotVaried("this machine has one processor, and one thread is what it ran with")
    return _with(**dict.fromkeys(THREADS, count))(terms)


def _clock(terms: Terms) -> Terms:
    library = next((str(path) for pattern in FAKETIME for path in sorted(Path("/").glob(pattern))), None)
    if library is None:
        raise NotVaried("libfaketime is not installed (Debian: apt-get install faketime)")
    return _with(LD_PRELOAD=library, FAKETIME=AHEAD)(terms)


def _locale(terms: Terms) -> Terms:
    command = shutil.which("locale")
    names = _lines_of([command, "-a"]) if command else []
    now = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := _now(terms, name))), "C")
    for language in _LANGUAGES:
        for name in names:
            if name.startswith(language) and "utf" in name.lower() and not now.startswith(language):
                return _with(LANG=name, LC_ALL=name)(terms)
    raise NotVaried("no other language's locale is installed (locale -a lists them)")


def _network(terms: Terms) -> Terms:
    names = [f"{word}_proxy" for word in ("http", "https", "all")]
    proxies = dict.fromkeys([*names, *(name.upper() for name in names)], CLOSED_PORT)
    near = dict.fromkeys(("no_proxy", "NO_PROXY"), "localhost,127.0.0.1")
    return _prelude("no_network")(_with(**proxies, **near)(terms))


def _now(terms: Terms, name: str) -> str:
    return terms.environment.get(name) or os.environ.get(name, "")


def _lines_of(command: Sequence[str]) -> list[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=False).stdout.splitlines()
    except (OSError, subprocess.TimeoutExpired):
        return []


def _by_name(axes: Iterable[Axis]) -> Mapping[str, Axis]:
    return {axis.name: axis for axis in axes}


AXES = _by_name(
    (
        Axis(name="hash-seed", about="another PYTHONHASHSEED", change=_hash_seed),
        Axis(name="random-seed", about="the global generators in another state", change=_prelude("other_random_state")),
        Axis(name="clock", about="a clock that is 400 days ahead", change=_clock),
        Axis(name="time-zone", about="a time zone 14 hours east", change=_with(TZ=EAST)),
        Axis(name="locale", about="another language's locale", change=_locale),
        Axis(name="folder", about="another folder", change=lambda terms: replace(terms, folder=FOLDER)),
        Axis(name="file-order", about="directories listed backwards", change=_prelude("files_backwards")),
        Axis(name="threads", about="another number of threads", change=_threads),
        Axis(name="network", about="the network off", change=_network),
        Axis(name="environment", about="none of your variables", change=lambda terms: replace(terms, bare=True)),
    )
)
"""Axis by name, in the order in which they are varied."""
