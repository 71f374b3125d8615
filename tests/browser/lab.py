"""A JupyterLab server for the browser tests: fresh folders, a free port, a token, no news, no kernels of others."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

TOKEN = "tok"
PATIENCE = 90.0
"""Seconds a server may take to answer."""
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}


@dataclass(frozen=True)
class Lab:
    """A running server and the folder it shows."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    log: Path

    def page(self, path: str, app: str = "lab/tree") -> str:
        """Address of a notebook in Lab (``lab/tree``) or Notebook (``notebooks``)."""
        return f"{self.url}/{app}/{path}?token={TOKEN}&reset"

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start(base: Path) -> Lab:
    """A server on ``base/work`` whose settings, data and runtime files lie below ``base``."""
    folder = base / "work"
    folder.mkdir(parents=True)
    settings = base / "app-settings"
    settings.mkdir()
    (settings / "overrides.json").write_text(json.dumps(OVERRIDES))
    port = _free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        "JUPYTER_DATA_DIR": str(base / "data"),
        "JUPYTER_CONFIG_DIR": str(base / "config"),
        "JUPYTER_RUNTIME_DIR": str(base / "run"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(base / "workspaces"),
        "IPYTHONDIR": str(base / "ipython"),
        "XDG_STATE_HOME": str(base / "state"),
        "MPLCONFIGDIR": str(base / "matplotlib"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    (base / "config" / "labconfig").mkdir(parents=True)
    shutil.copy(settings / "overrides.json", base / "config" / "labconfig" / "default_setting_overrides.json")
    log = base / "server.log"
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}"),
        *("--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True"),
        "--JupyterNotebookApp.expose_app_in_browser=True",
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with log.open("wb") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT, cwd=folder)
    lab = Lab(url=f"http://localhost:{port}", folder=folder, process=process, log=log)
    _wait(lab)
    return lab


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(lab: Lab) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and lab.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{lab.url}/api?token={TOKEN}", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    lab.stop()
    raise RuntimeError(f"JupyterLab did not start:\n{lab.log.read_text()[-3000:]}")
