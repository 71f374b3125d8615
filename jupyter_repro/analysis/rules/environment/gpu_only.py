"""Needs a GPU, without a way round.

## Why it hurts

The cell fails on machines without one, and in most containers.

## Example

    # %% a
    import torch

    model = torch.nn.Linear(2, 1).cuda()

## Instead

    # %% a
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = torch.nn.Linear(2, 1).to(device)

## Limits

A notebook that asks ``is_available()`` anywhere is taken to have a way round.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.flow import nodes
from jupyter_repro.model.document import DocumentCell


def _is_gpu(node: ast.AST) -> bool:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "cuda"
        and not node.args
    ):
        return True
    if isinstance(node, ast.keyword):
        return node.arg in _DEVICE_WORDS and nodes.text_of(node.value).lower() in ("gpu", "gpu_hist")
    if isinstance(node, ast.Call) and nodes.called(node) == "devices":
        return bool(node.args) and nodes.text_of(node.args[0]) == "gpu"
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.partition(":")[0] in ("cuda", "/GPU", "/device:GPU")
    )


_DEVICE_WORDS = ("device", "device_type", "accelerator", "tree_method", "task_type")
_USERS = frozenset(
    "torch cupy tensorflow keras jax xgboost lightgbm catboost pytorch_lightning lightning transformers numba".split()
)
"""Packages that can compute on a GPU."""
_GPU_MODULES = frozenset(["cupy", "cudf", "cuml", "cugraph"])


def _asks_for_gpu(cell: DocumentCell) -> bool:
    return "is_available()" in cell.source or "list_physical_devices" in cell.source


class GpuOnly(Rule):
    """A GPU is taken for granted."""

    code = "RPE511"
    name = "gpu-only"
    severity = "warning"
    why = "The cell fails on every machine without a GPU."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for the first such cell."""
        if ctx.where(_asks_for_gpu):
            return
        for cell in ctx.naming("cuda", "GPU", "gpu", "gpu_hist", *_GPU_MODULES):
            uses = next((node for node in ctx.code(cell).nodes if _is_gpu(node)), None)
            gpu = next(
                (
                    each.module.partition(".")[0]
                    for each in ctx.code(cell).imports
                    if not each.guarded and each.module.partition(".")[0] in _GPU_MODULES
                ),
                None,
            )
            if gpu is not None:
                yield self.found(
                    cell.id,
                    f"imports `{gpu}`, which needs a GPU",
                    "Fall back to numpy or pandas where it cannot be imported.",
                )
                return
            if uses is not None and any(meant.partition(".")[0] in _USERS for meant in ctx.aliases.values()):
                yield self.found(
                    cell.id,
                    "needs a GPU and has no way round",
                    'Choose the device: "cuda" if torch.cuda.is_available() else "cpu".',
                )
                return
