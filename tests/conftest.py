"""What all tests share: a part that must run does not pass by being skipped."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

REQUIRED = frozenset(os.environ.get("REPRO_REQUIRE", "").split())
"""Markers whose tests may not be skipped; set by ``.ci/run``, which installs every engine."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a required test into a failure that says why it was skipped."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        required = REQUIRED & {marker.name for marker in item.iter_markers()}
        if required:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} must run here ({', '.join(sorted(required))}) but was skipped: {reason}"
    return report
