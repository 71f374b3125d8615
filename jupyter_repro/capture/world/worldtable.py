"""The functions that answer differently each time because the world does: by module and attribute."""

from __future__ import annotations

import os
import re
import sys
from types import ModuleType
from typing import Any

from jupyter_repro.capture.values.fingerprint_instances import mro_of
from jupyter_repro.records import OutsideKind

FUNCTIONS: dict[str, tuple[OutsideKind, tuple[str, ...]]] = {
    "time": (
        "clock",
        tuple(
            "time time_ns ctime localtime gmtime strftime asctime monotonic monotonic_ns perf_counter perf_counter_ns "
            "process_time process_time_ns thread_time clock_gettime".split()
        ),
    ),
    "timeit": ("clock", ("default_timer", "timeit", "repeat")),
    "uuid": ("entropy", ("uuid1", "uuid4", "uuid6", "uuid7", "getnode")),
    "secrets": ("entropy", ("token_bytes", "token_hex", "token_urlsafe", "choice", "randbelow", "randbits")),
    "os": ("entropy", ("urandom", "getrandom", "getpid", "getppid")),
    "threading": ("entropy", ("get_ident", "get_native_id")),
    "socket": ("network", ("create_connection", "gethostbyname")),
    "tempfile": ("entropy", tuple("mkdtemp mkstemp mktemp NamedTemporaryFile TemporaryFile".split())),
    "numpy": ("clock", ()),
    "pandas": ("clock", ()),
    "getpass": ("stdin", ("getpass",)),
    "builtins": ("stdin", ("input",)),
}
"""Module -> kind and its functions. A clock that only measures is still a clock: what it gives may be shown."""

MACHINE: dict[str, tuple[str, ...]] = {
    "os": tuple("getcwd getcwdb cpu_count uname getlogin getuid sched_getaffinity getloadavg".split()),
    "posix": ("uname",),
    "socket": ("gethostname", "getfqdn"),
    "platform": tuple("node platform machine processor system release version uname".split()),
    "locale": ("getlocale", "getdefaultlocale", "getpreferredencoding", "localeconv"),
    "getpass": ("getuser",),
    "multiprocessing": ("cpu_count",),
    "pathlib": (),
    "torch": ("get_num_threads",),
    "torch.cuda": ("is_available", "device_count", "get_device_name", "get_device_properties"),
    "psutil": ("virtual_memory", "cpu_percent", "cpu_count"),
    "shutil": ("which", "disk_usage", "get_terminal_size"),
}
"""Module -> its functions that tell of this machine, its user or the working directory."""

METHODS: dict[str, tuple[OutsideKind, tuple[str, ...]]] = {
    "datetime.datetime": ("clock", ("now", "utcnow", "today")),
    "datetime.date": ("clock", ("today",)),
    "pandas.Timestamp": ("clock", ("now", "utcnow", "today")),
    "random.SystemRandom": ("entropy", ()),
    "pathlib.Path": ("machine", ("cwd", "home")),
}
"""Class -> kind and those of its methods that ask the world."""

CONSTRUCTORS: dict[str, OutsideKind] = {"random.SystemRandom": "entropy", "tempfile.TemporaryDirectory": "entropy"}
"""Classes whose making asks the world."""

NOW_STRINGS = {"now", "today"}
"""Arguments by which pandas and numpy read the clock: ``pd.Timestamp("now")``, ``np.datetime64("today")``."""
NOW_CALLABLES = ("pandas.Timestamp", "pandas.to_datetime", "numpy.datetime64")


def _hash_seed() -> str:
    """What ``PYTHONHASHSEED`` was when this process began: what a cell writes there now changes its children only."""
    try:
        with open("/proc/self/environ", "rb") as stream:
            found = re.search(rb"(?:^|\0)PYTHONHASHSEED=([^\0]*)", stream.read())
    except OSError:
        return os.environ.get("PYTHONHASHSEED", "")
    return found[1].decode("ascii", "replace") if found is not None else ""


_HASHES_VARY = bool(sys.flags.hash_randomization) and _hash_seed() in ("", "random")


def hashes_vary() -> bool:
    """Whether ``hash`` of a text differs from process to process."""
    return _HASHES_VARY


Meaning = tuple[OutsideKind, str]


class WorldTable:
    """Looks up what an object of the namespace means; grows as modules are imported."""

    def __init__(self) -> None:
        self._functions: dict[int, tuple[Any, Meaning]] = {}
        self._classes: dict[int, tuple[type, OutsideKind, tuple[str, ...], str]] = {}
        self._now: dict[int, tuple[Any, str]] = {}
        self._done: set[str] = set()

    def refresh(self) -> None:
        """Take in modules that were imported since. Costs a dictionary lookup for each that is not."""
        for name in _MODULES:
            if name not in self._done and isinstance(module := sys.modules.get(name), ModuleType):
                self._add(name, module)
                self._done.add(name)

    def function(self, found: Any) -> Meaning | None:
        """The meaning of a function (or a class that is called), None for one that asks nothing."""
        entry = self._functions.get(id(found))
        return entry[1] if entry is not None and entry[0] is found else None

    def method(self, owner: Any, name: str) -> Meaning | None:
        """The meaning of ``owner.name`` where owner is a class; subclasses mean what their base means."""
        if not issubclass(type(owner), type):
            return None
        for base in mro_of(owner):
            entry = self._classes.get(id(base))
            if entry is not None and name in entry[2]:
                return entry[1], f"{entry[3]}.{name}"
        return None

    def reads_now(self, found: Any) -> str | None:
        """Name of a function that reads the clock when it is given "now" or "today", None for others."""
        entry = self._now.get(id(found))
        return entry[1] if entry is not None and entry[0] is found else None

    def _add(self, name: str, module: ModuleType) -> None:
        members = vars(module)
        kind, functions = FUNCTIONS.get(name, ("clock", ()))
        for function in functions:
            found = members.get(function)
            if found is not None:
                what = function if name == "builtins" else f"{name}.{function}"
                self._functions[id(found)] = (found, (kind, what))
        for function in MACHINE.get(name, ()):
            found = members.get(function)
            if found is not None:
                self._functions.setdefault(id(found), (found, ("machine", f"{name}.{function}")))
        if name == "builtins":
            self._functions[id(id)] = (id, ("entropy", "id"))
            if hashes_vary():
                self._functions[id(hash)] = (hash, ("entropy", "hash"))
        for path, (method_kind, methods) in METHODS.items():
            owner, _, attribute = path.rpartition(".")
            if owner == name and isinstance(found := members.get(attribute), type):
                self._classes[id(found)] = (found, method_kind, methods, path)
        for path, constructor_kind in CONSTRUCTORS.items():
            owner, _, attribute = path.rpartition(".")
            if owner == name and (found := members.get(attribute)) is not None:
                self._functions[id(found)] = (found, (constructor_kind, path))
        for path in NOW_CALLABLES:
            owner, _, attribute = path.rpartition(".")
            if owner == name and (found := members.get(attribute)) is not None:
                self._now[id(found)] = (found, path)


_CLASSES = tuple(path.rpartition(".")[0] for path in (*METHODS, *CONSTRUCTORS, *NOW_CALLABLES))
_MODULES = tuple(dict.fromkeys((*FUNCTIONS, *MACHINE, *_CLASSES)))
