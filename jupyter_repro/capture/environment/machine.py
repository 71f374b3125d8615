"""What numbers may depend on beside the code: linear algebra library and its threads, devices, shared libraries loaded.

Asked of what the process has loaded already, when the kernel is idle: nothing is imported, no program is run.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import sysconfig
from typing import Any

_LIBRARY = re.compile(rb"(/[^\n]+\.so[^\n/]*)\n")
_BLAS = re.compile(r"(openblas|mkl_rt|mkl_core|blis|atlas|flexiblas|Accelerate)", re.IGNORECASE)


def loaded_libraries() -> list[str]:
    """Paths of the shared libraries in this process; empty where the system does not tell."""
    try:
        with open("/proc/self/maps", "rb") as stream:
            return sorted({os.fsdecode(path) for path in _LIBRARY.findall(stream.read())})
    except OSError:
        return []


def of_the_system(libraries: list[str]) -> list[str]:
    """Those that no Python distribution brought."""
    own = {sys.prefix, sys.base_prefix, *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))}
    inside = tuple(os.path.realpath(path).rstrip("/") + "/" for path in own if path not in ("/", "/usr"))
    return [path for path in libraries if not path.startswith(inside) and "-packages/" not in path]


def numerics(libraries: list[str]) -> dict[str, str]:
    """The BLAS that is loaded, as it describes itself, its threads, and the devices of the libraries that know any."""
    found: dict[str, str] = {}
    described = [each for path in libraries if _BLAS.search(os.path.basename(path)) for each in [_blas(path)]]
    names = dict.fromkeys(name for name, _ in described)
    threads = dict.fromkeys(number for _, number in described if number)
    if names:
        found["blas"] = "; ".join(names)
    if threads:
        found["blas_threads"] = "; ".join(threads)
    torch: Any = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "version"):
        found["torch_cuda"] = str(torch.version.cuda or "none")
        cuda = getattr(torch, "cuda", None)
        if cuda is not None and cuda.is_initialized():  # asking earlier would initialise it
            found["gpu"] = "; ".join(cuda.get_device_name(number) for number in range(cuda.device_count()))
    return found


def _blas(path: str) -> tuple[str, str]:
    name = os.path.basename(path).partition(".so")[0]
    try:
        library = ctypes.CDLL(path, mode=getattr(os, "RTLD_NOLOAD", 4))
    except OSError:
        return name, ""
    config = _function(library, "get_config")
    if config is not None:
        config.restype = ctypes.c_char_p
        name = " ".join((config() or b"").decode("ascii", "replace").split())
        count = _function(library, "get_num_threads")
        return name, str(count()) if count is not None else ""
    try:
        return name, str(library.MKL_Get_Max_Threads())
    except AttributeError:
        return name, ""


def _function(library: ctypes.CDLL, name: str) -> Any:
    for prefix in ("", "scipy_"):
        for suffix in ("", "64_", "_64"):
            found = getattr(library, f"{prefix}openblas_{name}{suffix}", None)
            if found is not None:
                return found
    return None
