"""Process-wide settings that a run changed: folder, import path, environment, display and warning options, rcParams.

A library's settings are looked at only once the library is imported. Cannot see: settings kept inside compiled
libraries (thread counts, BLAS), and changes undone within the same run.
"""

from __future__ import annotations

import ast
import decimal
import hashlib
import locale
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from operator import is_not
from typing import Any

from jupyter_repro.capture.code.names import names_of
from jupyter_repro.capture.guard import tried
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.values.attributes import AttributeStores
from jupyter_repro.capture.values.fingerprint import look
from jupyter_repro.capture.values.kinds import ATOMS, SEQUENCES
from jupyter_repro.records import SettingChange

SHOWN_VARIABLES = frozenset(
    "PATH PYTHONPATH PYTHONHASHSEED LANG LC_ALL LC_NUMERIC TZ OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS "
    "NUMEXPR_NUM_THREADS CUDA_VISIBLE_DEVICES CUBLAS_WORKSPACE_CONFIG TF_CPP_MIN_LOG_LEVEL TF_DETERMINISTIC_OPS "
    "MPLBACKEND TOKENIZERS_PARALLELISM HF_DATASETS_OFFLINE TRANSFORMERS_OFFLINE PYTORCH_ENABLE_MPS_FALLBACK".split()
)
"""Environment variables whose value may be written down."""

Values = dict[str, Any]


class SettingsProbe(Probe):
    """Compares settings before and after each run. What changed between two runs counts to the later one."""

    name = "settings"

    def __init__(self) -> None:
        self._known: dict[str, Values] = {}
        self._attributes = AttributeStores()

    def start(self, shell: Any) -> str:
        """Note the settings as they are."""
        _shell.current = shell
        self._known = {area: tried(looked) or {} for area, looked in _LOOKS.items()}
        return "on"

    def before(self, draft: Draft) -> None:
        """Note what the cell may set by name."""
        self._attributes.begin(draft)

    def after(self, draft: Draft) -> None:
        """Name what differs."""
        for label, before, after in self._attributes.changed():
            was, has = _shown(label, before), _shown(label, after)
            draft.settings.append(SettingChange(name=label, before=was, after=has))
        if draft.tree is None or not can_act(draft):
            return
        for area, looked in _LOOKS.items():
            now = tried(looked)
            if now is None:
                continue
            old, self._known[area] = self._known[area], now
            if _same(old, now) or (area in _PLAIN and old == now):
                continue
            if not old:  # its library was imported by this very run
                old = (tried(_DEFAULTS[area]) if area in _DEFAULTS else None) or now
            for name in sorted({*old, *now}):
                before, after = old.get(name), now.get(name)
                if before is after:
                    continue
                label = _label(area, name)
                was, has = _shown(label, before), _shown(label, after)
                if was != has:
                    draft.settings.append(SettingChange(name=label, before=was, after=has))


def can_act(draft: Draft) -> bool:
    """Whether anything in a cell can do more than bind names to what operators give."""
    if draft.tree is None or draft.magics:
        return True
    names = names_of(draft.python, draft.tree)
    return bool(names.calls or names.stores or names.opaque) or not all(
        isinstance(node, (ast.Assign, ast.Expr, ast.FunctionDef, ast.AugAssign)) for node in draft.tree.body
    )


def _same(old: Values, now: Values) -> bool:
    """Whether all values are the very same objects, by the speed of C and without anybody's ``__eq__``."""
    return len(old) == len(now) and not any(map(is_not, old.values(), now.values())) and list(old) == list(now)


def _process() -> Values:
    try:
        cwd = os.getcwd()
    except OSError:
        cwd = "(deleted)"
    return {"cwd": cwd, "sys.path": tuple(sys.path), "recursion limit": sys.getrecursionlimit()}


def _environment() -> Values:
    return dict(os.environ._data)  # type: ignore[attr-defined]


def _warnings() -> Values:
    now = tuple(warnings.filters)
    if len(now) != len(_filters.kept) or any(map(is_not, now, _filters.kept)):
        _filters.kept = now
    return {"warnings": _filters.kept}


class _Filters:
    """The filters as they were last seen: the same tuple while they are the same."""

    kept: tuple[Any, ...] = ()


_filters = _Filters()


def _decimal() -> Values:
    context = decimal.getcontext()
    return {"decimal:precision": context.prec, "decimal:rounding": context.rounding}


def _locale() -> Values:
    return {"locale": locale.setlocale(locale.LC_ALL, None)}


def _logging() -> Values:
    root = logging.root
    found: Values = {"level": root.level, "handlers": tuple([type(each).__name__ for each in root.handlers])}
    found["disabled up to"] = root.manager.disable
    return found


class _Shell:
    """The shell whose own settings are looked at."""

    current: Any = None


_shell = _Shell()


def _ipython() -> Values:
    shell = _shell.current
    plain = shell.display_formatter.formatters["text/plain"]
    found: Values = {
        "interactivity": shell.ast_node_interactivity,
        "float precision": plain.float_format,
        "pretty printing": plain.pprint,
    }
    inline = sys.modules.get("matplotlib_inline.config")
    backend = getattr(getattr(inline, "InlineBackend", None), "_instance", None)
    if backend is not None:
        found["figure formats"] = tuple(sorted(backend.figure_formats))
    return found


def _torch() -> Values:
    torch: Any = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "get_default_dtype"):
        return {}
    return {
        "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
        "threads": torch.get_num_threads(),
        "default dtype": str(torch.get_default_dtype()),
        "cudnn.deterministic": torch.backends.cudnn.deterministic,
        "cudnn.benchmark": torch.backends.cudnn.benchmark,
    }


def _jax() -> Values:
    config: Any = getattr(sys.modules.get("jax"), "config", None)
    return {name: getattr(config, name, None) for name in _JAX} if config is not None else {}


def _tensorflow() -> Values:
    python: Any = sys.modules.get("tensorflow.python.framework.config")
    enabled = getattr(python, "is_op_determinism_enabled", None)
    return {"op determinism": enabled()} if enabled is not None else {}


def _sklearn() -> Values:
    config: Any = getattr(sys.modules.get("sklearn._config"), "get_config", None)
    return dict(config()) if config is not None else {}


def _xarray() -> Values:
    found = getattr(sys.modules.get("xarray.core.options"), "OPTIONS", None)
    return dict(found) if isinstance(found, dict) else {}


_JAX = ("jax_enable_x64", "jax_default_matmul_precision", "jax_platforms", "jax_debug_nans", "jax_default_prng_impl")


def _matplotlib() -> Values:
    return _parameters(getattr(sys.modules.get("matplotlib"), "rcParams", None))


def _parameters(parameters: Any) -> Values:
    """rcParams past their deprecation hooks. ``dict.copy`` would call those, and take 0.5 ms."""
    return (
        dict(zip(dict.keys(parameters), dict.values(parameters), strict=True)) if isinstance(parameters, dict) else {}
    )


def _pandas() -> Values:
    config = sys.modules.get("pandas._config.config")
    found, registered = getattr(config, "_global_config", None), getattr(config, "_registered_options", None)
    if not isinstance(found, dict) or not isinstance(registered, dict):
        return {}
    if _pandas_leaves.registered != len(registered) or _pandas_leaves.root is not found:
        _pandas_leaves.root, _pandas_leaves.registered = found, len(registered)
        _pandas_leaves.leaves = list(_flat(found))
    return {label: options.get(name) for label, options, name in _pandas_leaves.leaves}


class _Leaves:
    """Where pandas keeps each option: it changes only when options are registered (0.07 ms a run to find anew)."""

    root: dict[str, Any] | None = None
    registered = 0
    leaves: list[tuple[str, dict[str, Any], str]]


_pandas_leaves = _Leaves()


def _flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    """(full name, the dictionary that holds it, its name there) of each option."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", tree, name


def _numpy() -> Values:
    module = sys.modules.get("numpy")
    options = getattr(module, "get_printoptions", None)
    if options is None:
        return {}
    found: Values = options()
    found.update((f"err.{name}", value) for name, value in module.geterr().items())  # type: ignore[union-attr]
    return found


_LOOKS: dict[str, Callable[[], Values]] = {
    "process": _process,
    "environment": _environment,
    "warnings": _warnings,
    "decimal": _decimal,
    "locale": _locale,
    "logging": _logging,
    "ipython": _ipython,
    "matplotlib": _matplotlib,
    "pandas": _pandas,
    "numpy": _numpy,
    "torch": _torch,
    "jax": _jax,
    "tensorflow": _tensorflow,
    "sklearn": _sklearn,
    "xarray": _xarray,
}


def _matplotlib_defaults() -> Values:
    return _parameters(getattr(sys.modules.get("matplotlib"), "rcParamsOrig", None))


def _pandas_defaults() -> Values:
    registered = getattr(sys.modules.get("pandas._config.config"), "_registered_options", {})
    return {**_pandas(), **{name: option.defval for name, option in registered.items()}}


def _numpy_defaults() -> Values:
    usual = {
        "edgeitems": 3, "threshold": 1000, "precision": 8, "suppress": False, "linewidth": 75, "nanstr": "nan",
        "infstr": "inf", "sign": "-", "formatter": None, "floatmode": "maxprec", "err.divide": "warn",
        "err.over": "warn", "err.under": "ignore", "err.invalid": "warn",
    }  # fmt: skip
    return {**_numpy(), **usual}


_DEFAULTS: dict[str, Callable[[], Values]] = {
    "matplotlib": _matplotlib_defaults,
    "pandas": _pandas_defaults,
    "numpy": _numpy_defaults,
    "torch": lambda: {**_torch(), "deterministic algorithms": False, "default dtype": "torch.float32"},
}
"""What a library's settings are before anybody changes them."""


_PREFIXES = {"environment": "env", "matplotlib": "rcParams"} | {
    area: area for area in ("pandas", "numpy", "logging", "ipython", "torch", "jax", "tensorflow", "sklearn", "xarray")
}
_PLAIN = frozenset({"process", "environment", "decimal", "locale", "logging", "torch", "jax", "tensorflow", "ipython"})
"""Areas whose values are made anew at each look and are the standard library's own."""
_NO_SETTING = frozenset({"backend", "backend_fallback", "interactive", "figure.hooks"})
"""Parameters that are the client's business, not the plot's."""


def _label(area: str, name: Any) -> str:
    text = os.fsdecode(name) if isinstance(name, (str, bytes)) else "?"
    return f"{_PREFIXES[area]}:{text}" if area in _PREFIXES else text


def _shown(label: str, value: Any) -> str:
    """A setting's value in a few characters; a digest where it may be a secret. Runs nobody's ``__repr__``."""
    area, _, name = label.partition(":")
    if value is None or (area == "rcParams" and name in _NO_SETTING):
        return ""
    if area == "env":
        text = os.fsdecode(value) if isinstance(value, (str, bytes)) else ""
        if name not in SHOWN_VARIABLES:
            return "digest " + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return _cut(text, 200)
    if label == "warnings":
        return _cut("; ".join(_filter(each) for each in value), 400)
    if type(value) in ATOMS:
        return _cut(str(value), 200)
    if type(value) in SEQUENCES and ATOMS.all_of(value):
        return _cut(str(list(value)), 400)
    return f"{type(value).__name__} {look(value).fingerprint}"


def _cut(text: str, length: int) -> str:
    """The text, or its beginning and a digest of all of it: a change behind the cut is still a change."""
    if len(text) <= length:
        return text
    return f"{text[:length]}... digest {hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def _filter(entry: Any) -> str:
    action, message, category, *_ = entry
    pattern = getattr(message, "pattern", message)
    return f"{action} {category.__name__}" + (f" {pattern}" if isinstance(pattern, str) else "")
