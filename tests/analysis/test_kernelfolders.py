"""Kernels are found where Jupyter finds them, without loading what Jupyter finds them with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyter_repro.analysis.facts.kernelfolders import folder_of


def test_as_jupyter_finds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, ipython = tmp_path / "first", tmp_path / "second", tmp_path / "ipython"
    for folder in (first / "kernels/mine", second / "kernels/mine", second / "kernels/Other", ipython / "kernels/old"):
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps({"argv": ["python"], "display_name": "x", "language": "python"}))
    (first / "kernels" / "other").mkdir()  # without kernel.json it is no kernel
    monkeypatch.setenv("JUPYTER_PATH", f"{first}:{second}")
    monkeypatch.setenv("IPYTHONDIR", str(ipython))
    known = KernelSpecManager().find_kernel_specs()
    assert {"mine", "other", "old", "python3"} <= known.keys()
    for name, folder in known.items():
        assert str(folder_of(name)) == folder
    assert folder_of("Mine") == first / "kernels/mine"
    assert folder_of("none") is None


def test_ipykernel_brings_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [])
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_JUPYTER_PATH", [])
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert str(folder_of("python3")) == KernelSpecManager().find_kernel_specs()["python3"]
