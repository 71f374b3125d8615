"""A bundle is rerun in a container that cannot reach anything, and nothing of it stays behind."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import docker
import pytest

from jupyter_repro.bundle import manifest
from jupyter_repro.errors import BuildFailed, Cancelled, NoEngine
from jupyter_repro.progress import Progress, Step
from jupyter_repro.verify import VerifyResult, verify
from jupyter_repro.verify.rooms.docker import LABEL
from tests.verify import making

pytestmark = [pytest.mark.docker, pytest.mark.network, pytest.mark.kernel, pytest.mark.slow]

PROBES = {
    "c1": ("import os, socket; print(os.getuid() != 0)", "True\n"),
    "c2": (
        "try:\n    socket.create_connection(('1.1.1.1', 53), 3); print('reached')\nexcept OSError: print('cut off')",
        "cut off\n",
    ),
    "c3": ("try:\n    open('/etc/owned', 'w'); print('written')\nexcept OSError: print('read-only')", "read-only\n"),
    "c4": (
        "from pathlib import Path\nPath('sub').mkdir()\nPath('sub/out.csv').write_text('a')\n"
        "print(Path('data.txt').read_text())",
        "the input\n",
    ),
    "c5": ("print(int(open('/proc/self/status').read().split('CapEff:')[1].split()[0], 16))", "0\n"),
    "c6": (
        "limits = [Path('/sys/fs/cgroup/memory.max'), Path('/sys/fs/cgroup/memory/memory.limit_in_bytes')]\n"
        "total = int(open('/proc/meminfo').read().split()[1]) * 1024\n"
        "print(any(int(each.read_text()) < total for each in limits if each.exists()))",
        "True\n",
    ),
    "c7": ("print(os.environ['PYTHONHASHSEED'], os.environ['GREETING'])", "0 hello\n"),
    "c8": ("print(Path.home() == Path.cwd(), os.environ.get('MY_SECRET_SETTING'))", "False None\n"),
}  # fmt: skip


def rewrite(folder: Path, cells: dict[str, tuple[str, str]]) -> None:
    """Give a bundle's cells other sources and references."""
    pipeline = json.loads((folder / "pipeline.ipynb").read_text())
    for cell in pipeline["cells"]:
        source, text = cells[cell["id"]]
        cell.update(source=source, outputs=[{"output_type": "stream", "name": "stdout", "text": text}])
    (folder / "pipeline.ipynb").write_text(json.dumps(pipeline))
    manifest.write(folder, manifest.read(folder))


def containers(engine: docker.DockerClient) -> list[str]:
    return [str(each.id) for each in engine.containers.list(all=True, filters={"label": LABEL})]


@pytest.fixture(scope="module")
def proven(engine: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> VerifyResult:
    folder = tmp_path_factory.mktemp("docker") / "bundle"
    making.bundle(folder, ["print()"] * len(PROBES), environment={"GREETING": "hello"})
    (folder / "data.txt").write_text("the input")
    rewrite(folder, PROBES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MY_SECRET_SETTING", "1")
        return verify(folder, "docker")


@pytest.mark.parametrize("cell", PROBES)
def test_a_container_holds_what_runs_in_it(proven: VerifyResult, cell: str) -> None:
    told = next(each for each in proven.cells if each.id == cell)
    assert told.verdict == "identical", told.detail


def test_a_bundle_reproduces_with_its_files_and_leaves_nothing(
    proven: VerifyResult, engine: docker.DockerClient
) -> None:
    assert proven.verdict == "reproduced"
    assert [(file.path, file.verdict) for file in proven.files] == [("sub/out.csv", "unexpected")]
    assert containers(engine) == []
    assert engine.volumes.list(filters={"dangling": True}) == []


def test_memory_is_limited_and_a_killed_kernel_is_told(engine: docker.DockerClient, tmp_path: Path) -> None:
    folder = making.bundle(tmp_path / "bundle", ["print()", "print()"])
    greedy = "blocks = []\nwhile True: blocks.append(bytearray(1 << 28))"
    rewrite(folder, {"c1": ("print('fine')", "fine\n"), "c2": (greedy, "")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jupyter_repro.verify.rooms.docker.MEMORY_SHARE", 0.02)
        result = verify(folder, "docker", runs=1)
    assert result.verdict == "could-not-run"
    assert [cell.verdict for cell in result.cells] == ["identical", "failed"]
    assert containers(engine) == []


def test_it_stops_when_asked_and_the_container_is_gone(engine: docker.DockerClient, tmp_path: Path) -> None:
    folder = making.bundle(tmp_path / "bundle", ["print()"])
    rewrite(folder, {"c1": ("import time; time.sleep(600)", "")})
    progress = Progress()

    def report(step: Step) -> None:
        if step.stage == "run":
            threading.Timer(1.0, progress.cancel).start()

    progress._report = report
    began = time.monotonic()
    with pytest.raises(Cancelled):
        verify(folder, "docker", progress=progress)
    assert time.monotonic() - began < 300
    assert containers(engine) == []


def test_a_base_image_that_is_not_to_be_had_is_named(engine: docker.DockerClient, tmp_path: Path) -> None:
    folder = making.bundle(tmp_path / "bundle", ["print(1)"])
    text = (folder / "Dockerfile").read_text()
    (folder / "Dockerfile").write_text(text.replace("FROM python:", "FROM localhost:1/no-such-image:"))
    manifest.write(folder, manifest.read(folder))
    with pytest.raises(BuildFailed, match="no-such-image"):
        verify(folder, "docker")


def test_a_second_proof_takes_the_image_from_before(engine: docker.DockerClient, tmp_path: Path) -> None:
    folder = making.bundle(tmp_path / "bundle", ["print('again')"])
    steps: list[Step] = []
    assert verify(folder, "docker", runs=1).reproduced
    assert verify(folder, "docker", runs=1, progress=Progress(steps.append)).reproduced
    assert any("kept from before" in step.message for step in steps)


def test_without_an_engine_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    folder = making.bundle(tmp_path / "bundle", ["print(1)"])
    with pytest.raises(NoEngine, match="no container engine answers"):
        verify(folder, "docker")
