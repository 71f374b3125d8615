"""Loads the tracker into a kernel whose environment may not have this package. Its text is sent to the kernel.

Self-contained on purpose: `inject` wraps the source of this file into one expression, so it may import nothing of ours
before it has made it importable. It changes neither ``sys.path`` nor ``sys.meta_path`` nor the user's namespace.
"""

from __future__ import annotations

import json
import sys


def bootstrap(root, sources, notebook):  # type: ignore[no-untyped-def]
    """Load the tracker and say how it went, as JSON: ``{"status": "loaded" | "refused", ...}``.

    ``root`` is our package's folder as the server sees it, ``sources`` is None or (module name, is a package, source)
    triples in the order in which they can be executed; ``notebook`` is the notebook's path or None.
    """
    import importlib
    import importlib.util
    import os
    import types

    def refused(reason: str, code: str) -> str:
        return json.dumps({"status": "refused", "code": code, "reason": reason})

    if sys.version_info < (3, 10):  # noqa: UP036
        return refused("Python 3.10 or newer is needed, this kernel runs " + sys.version.split()[0], "old-python")
    if "IPython" not in sys.modules:
        return refused("this Python kernel is not built on IPython", "no-ipython")
    shell = sys.modules["IPython"].get_ipython()
    if shell is None or not hasattr(shell, "events") or not hasattr(shell, "user_ns"):
        return refused("this kernel has no interactive shell", "no-shell")
    if "jupyter_repro" not in sys.modules:
        if os.path.isfile(os.path.join(root, "__init__.py")):
            spec = importlib.util.spec_from_file_location(
                "jupyter_repro", os.path.join(root, "__init__.py"), submodule_search_locations=[root]
            )
            assert spec is not None and spec.loader is not None
            package = importlib.util.module_from_spec(spec)
            sys.modules["jupyter_repro"] = package
            spec.loader.exec_module(package)
        elif sources:
            for name, is_package, source in sources:
                module = types.ModuleType(name)
                module.__package__ = name if is_package else name.rpartition(".")[0]
                if is_package:
                    module.__path__ = []
                sys.modules[name] = module
                parent, _, child = name.rpartition(".")
                if parent:
                    setattr(sys.modules[parent], child, module)
                exec(compile(source, "<" + name + ">", "exec"), module.__dict__)
        else:
            return refused("the tracker's sources cannot be read from where this kernel runs", "unreachable")
    extension = importlib.import_module("jupyter_repro.capture.extension")
    before = extension.tracker_of(shell)
    tracker = extension.load(shell, notebook=notebook)
    status = "loaded" if before is None else "already-loaded"
    return json.dumps({"status": status, "version": sys.modules["jupyter_repro"].__version__, **tracker.summary()})
