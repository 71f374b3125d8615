"""Process-wide settings that a run changed: folder, import path, environment, display and warning options, rcParams.

Compared as cheap digests; a library's settings are looked at only once the library is imported. Cannot see: settings kept
inside compiled libraries (thread counts, BLAS), and changes undone within the same run.
"""

from __future__ import annotations

import decimal
import hashlib
import locale
import logging
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_repro.capture.guard import tried
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.records import SettingChange

SHOWN_VARIABLES = frozenset(
    "PATH PYTHONPATH PYTHONHASHSEED LANG LC_ALL LC_NUMERIC TZ OMP_NUM_THREADS OPENBLAS_NUM_THREADS MKL_NUM_THREADS "
    "NUMEXPR_NUM_THREADS CUDA_VISIBLE_DEVICES CUBLAS_WORKSPACE_CONFIG TF_CPP_MIN_LOG_LEVEL TF_DETERMINISTIC_OPS "
    "MPLBACKEND TOKENIZERS_PARALLELISM HF_DATASETS_OFFLINE TRANSFORMERS_OFFLINE PYTORCH_ENABLE_MPS_FALLBACK".split()
)
"""Environment variables whose value may be written down."""

Values = Mapping[str, Any]


class SettingsProbe(Probe):
    """Compares settings before and after each run."""

    name = "settings"

    def __init__(self) -> None:
        self._before: dict[str, Values] = {}

    def start(self, shell: Any) -> str:
        """Note the settings as they are."""
        self._before = _all({})
        return "on"

    def before(self, draft: Draft) -> None:
        """Settings that were changed between runs are no run's doing."""
        self._before = _all(self._before)

    def after(self, draft: Draft) -> None:
        """Name what differs."""
        now = _all(self._before)
        for area, values in now.items():
            old = self._before.get(area)
            if old is values or old == values:
                continue
            if not old:  # its library was imported by this very run
                old = tried(_DEFAULTS[area]) if area in _DEFAULTS else None
                if not old:
                    continue
            for name in sorted({*old, *values}):
                before, after = old.get(name, ""), values.get(name, "")
                if before != after:
                    draft.settings.append(SettingChange(name=name, before=_shown(name, before), after=_shown(name, after)))
        self._before = now


def _all(known: dict[str, Values]) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for area, look in _LOOKS.items():
        values = tried(look)
        if values is not None:
            old = known.get(area)
            found[area] = old if old is not None and old == values else values
    return found


def _process() -> Values:
    try:
        cwd = os.getcwd()
    except OSError:
        cwd = "(deleted)"
    return {"cwd": cwd, "sys.path": tuple(map(str, sys.path)), "recursion limit": sys.getrecursionlimit()}


def _environment() -> Values:
    data = os.environ._data  # type: ignore[attr-defined]
    return {f"env:{os.fsdecode(name)}": value for name, value in data.items()}


def _warnings() -> Values:
    return {"warnings": tuple((each[0], getattr(each[1], "pattern", each[1]), each[2].__name__) for each in warnings.filters)}


def _decimal() -> Values:
    context = decimal.getcontext()
    return {"decimal:precision": context.prec, "decimal:rounding": context.rounding}


def _locale() -> Values:
    return {"locale": locale.setlocale(locale.LC_ALL, None), "logging level": logging.root.level}


def _matplotlib() -> Values:
    module = sys.modules.get("matplotlib")
    parameters = getattr(module, "rcParams", None)
    return _parameters(parameters)


def _parameters(parameters: Any) -> Values:
    """rcParams past their deprecation hooks; the backend is the client's business, not a setting of the plot."""
    if parameters is None:
        return {}
    return {
        f"rcParams:{name}": dict.__getitem__(parameters, name)
        for name in dict.__iter__(parameters)
        if name not in ("backend", "backend_fallback", "interactive", "figure.hooks")
    }


def _pandas() -> Values:
    config = sys.modules.get("pandas._config.config")
    found = getattr(config, "_global_config", None)
    return {f"pandas:{name}": value for name, value in _flat(found)} if isinstance(found, dict) else {}


def _flat(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found = []
    for name, value in tree.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value))
    return found


def _numpy() -> Values:
    module = sys.modules.get("numpy")
    options = getattr(module, "get_printoptions", None)
    if options is None:
        return {}
    found = {f"numpy:{name}": value for name, value in options().items()}
    found.update((f"numpy:err.{name}", value) for name, value in module.geterr().items())  # type: ignore[union-attr]
    return found


_LOOKS: dict[str, Callable[[], Values]] = {
    "process": _process,
    "environment": _environment,
    "warnings": _warnings,
    "decimal": _decimal,
    "locale": _locale,
    "matplotlib": _matplotlib,
    "pandas": _pandas,
    "numpy": _numpy,
}


def _matplotlib_defaults() -> Values:
    return _parameters(getattr(sys.modules.get("matplotlib"), "rcParamsOrig", None))


def _pandas_defaults() -> Values:
    registered = getattr(sys.modules.get("pandas._config.config"), "_registered_options", {})
    return {**_pandas(), **{f"pandas:{name}": option.defval for name, option in registered.items()}}


def _numpy_defaults() -> Values:
    usual = {
        "edgeitems": 3, "threshold": 1000, "precision": 8, "suppress": False, "linewidth": 75, "nanstr": "nan",
        "infstr": "inf", "sign": "-", "formatter": None, "floatmode": "maxprec", "err.divide": "warn",
        "err.over": "warn", "err.under": "ignore", "err.invalid": "warn",
    }  # fmt: skip
    return {**_numpy(), **{f"numpy:{name}": value for name, value in usual.items()}}


_DEFAULTS: dict[str, Callable[[], Values]] = {
    "matplotlib": _matplotlib_defaults,
    "pandas": _pandas_defaults,
    "numpy": _numpy_defaults,
}
"""What a library's settings are before anybody changes them."""


def _shown(name: str, value: Any) -> str:
    """A setting's value in a few characters; a digest where it may be a secret."""
    if name.startswith("env:"):
        if value == "":
            return ""
        text = os.fsdecode(value)
        if name[4:] not in SHOWN_VARIABLES:
            return "digest " + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        return text[:200]
    return str(value)[:200]
