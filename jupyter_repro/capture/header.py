"""What was true when tracking began: the interpreter, the machine and the settings that decide numbers."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from jupyter_repro import __version__
from jupyter_repro.capture.environment import gitstate
from jupyter_repro.records import SessionHeader

ENVIRONMENT = [
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_NUMERIC",
    "LC_TIME",
    "LC_COLLATE",
    "TZ",
    "PYTHONHASHSEED",
    "PYTHONUTF8",
    "PYTHONOPTIMIZE",
    "PYTHONWARNINGS",
    "PYTHONDONTWRITEBYTECODE",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "OPENBLAS_CORETYPE",
    "MKL_CBWR",
    "MKL_DEBUG_CPU_TYPE",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "CUDA_VISIBLE_DEVICES",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_LAUNCH_BLOCKING",
    "TF_DETERMINISTIC_OPS",
    "TF_CUDNN_DETERMINISTIC",
    "XLA_FLAGS",
    "JAX_ENABLE_X64",
    "NVIDIA_TF32_OVERRIDE",
    "MPLBACKEND",
    "CONDA_DEFAULT_ENV",
    "SOURCE_DATE_EPOCH",
]
"""The only environment variables that are ever recorded with their values."""


def utc_now() -> str:
    """The time as ISO 8601 in UTC, with microseconds."""
    return datetime.now(timezone.utc).isoformat()


def session_header(
    shell: Any, session: str, started: str, cwd: str, notebook: str | None, layers: Mapping[str, str]
) -> SessionHeader:
    """The header of a session's journal. Costs a few milliseconds, once."""
    from IPython.core import release

    return SessionHeader(
        id=session,
        started=started,
        python=platform.python_version(),
        implementation=sys.implementation.name,
        executable=sys.executable or "",
        platform=platform.platform(),
        cwd=cwd,
        notebook=notebook,
        kernel_id=_kernel_id(shell),
        ipython=release.version,
        tracker=__version__,
        env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        hardware=_hardware(),
        git=gitstate.commit(os.path.dirname(notebook) if notebook else cwd),
        layers=dict(layers),
    )


def _kernel_id(shell: Any) -> str | None:
    """The server's id of this kernel, from the name of its connection file; None outside a kernel."""
    application = getattr(getattr(shell, "kernel", None), "parent", None)
    name = os.path.basename(str(getattr(application, "connection_file", "") or ""))
    return name[len("kernel-") : -len(".json")] if name.startswith("kernel-") and name.endswith(".json") else None


def _hardware() -> dict[str, str]:
    found = {"machine": platform.machine(), "cpus": str(os.cpu_count() or "")}
    if hasattr(os, "sched_getaffinity"):
        found["usable_cpus"] = str(len(os.sched_getaffinity(0)))
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as stream:
            for line in stream:
                key, _, value = line.partition(":")
                if key.strip() in ("model name", "flags", "Features"):
                    found["cpu" if key.strip() == "model name" else "cpu_features"] = value.strip()
                elif not line.strip():
                    break
    except OSError:
        found["cpu"] = platform.processor()
    if "cpu_features" in found:
        wanted = {"sse4_2", "avx", "avx2", "fma", "avx512f", "avx512vl", "avx512_bf16", "amx_tile", "asimd", "sve"}
        found["cpu_features"] = " ".join(sorted(wanted.intersection(found["cpu_features"].split())))
    found["gpu_driver"] = _gpu_driver()
    return found


def _gpu_driver() -> str:
    """The driver's own line, or why there is none; no program is run."""
    try:
        with open("/proc/driver/nvidia/version", encoding="utf-8", errors="replace") as stream:
            return stream.readline().strip()
    except OSError:
        pass
    if os.path.exists("/dev/kfd"):
        return "AMD (version not told)"
    return "none found" if sys.platform.startswith("linux") else "not looked for on this system"
