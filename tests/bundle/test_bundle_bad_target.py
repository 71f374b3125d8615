"""Places that cannot be written, networks that do not answer: one clear line, the right exit code, nothing left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bundle.bundling import repro, write_notebook


@pytest.fixture
def mount(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A small file system of its own, mounted with the options that the test names."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root to mount a small file system; run as root")
    place = tmp_path / "mounted"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", request.param, "tmpfs", str(place)], capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"this machine does not let us mount a file system: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.network
@pytest.mark.parametrize("mount", ["size=64k"], indirect=True)
@pytest.mark.parametrize("name", ["b", "b.zip"])
def test_a_full_disk(tmp_path: Path, mount: Path, name: str) -> None:
    write_notebook(tmp_path / "nb.ipynb", "x = 1", "open('data.bin', 'rb').read()")
    (tmp_path / "data.bin").write_bytes(os.urandom(100_000))
    done = repro("export", "nb.ipynb", "-o", str(mount / name), "--no-prove", cwd=tmp_path)
    assert done.returncode == 8, done.stderr
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(mount.iterdir()) == []


@pytest.mark.parametrize("mount", ["ro"], indirect=True)
def test_a_read_only_folder(tmp_path: Path, mount: Path) -> None:
    write_notebook(tmp_path / "nb.ipynb", "x = 1")
    done = repro("export", "nb.ipynb", "-o", str(mount / "deep" / "b"), "--no-prove", cwd=tmp_path)
    assert done.returncode == 8, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    write_notebook(tmp_path / "nb.ipynb", "x = 1")
    (tmp_path / "file").write_text("mine")
    for target in ("file", "file/b"):
        done = repro("export", "nb.ipynb", "-o", target, "--no-prove", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_an_unknown_room_is_refused_before_any_work(tmp_path: Path) -> None:
    write_notebook(tmp_path / "nb.ipynb", "x = 1")
    done = repro("export", "nb.ipynb", "-o", "b", "--in", "basement", cwd=tmp_path)
    assert done.returncode == 2
    assert "basement" in done.stderr
    assert "docker" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("locker", ["", "pip-compile"])
def test_no_network_while_locking(tmp_path: Path, locker: str) -> None:
    write_notebook(tmp_path / "nb.ipynb", "x = 1")
    nowhere = "https://127.0.0.1:9/simple"
    environment = {
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "JUPYTER_REPRO_LOCKER": locker,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": nowhere,
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
        "PIP_DEFAULT_TIMEOUT": "5",
        "UV_INDEX_URL": nowhere,
        "UV_CACHE_DIR": str(tmp_path / "cache" / "uv"),
        "UV_HTTP_TIMEOUT": "5",
    }
    done = repro("export", "nb.ipynb", "-o", "b", "--no-prove", cwd=tmp_path, environment=environment)
    assert done.returncode == 5, done.stderr
    assert "index cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(each.name for each in tmp_path.iterdir() if each.name != "cache") == ["nb.ipynb"]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Children that hear SIGINT: what a shell puts into the background ignores it, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.network
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_killed_export_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    write_notebook(tmp_path / "nb.ipynb", "import time\ntime.sleep(60)")
    command = [sys.executable, "-m", "jupyter_repro", "export", "nb.ipynb", "-o", "b", "--in", "current"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("run:"):
                break
        time.sleep(1)
        process.send_signal(how)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert [each.name for each in tmp_path.iterdir()] == ["nb.ipynb"]
