"""Settings that a run sets itself, whatever they were: what another cell had set before decides nothing then."""

from __future__ import annotations

import pytest

from jupyter_repro.analysis.code.statements import statements
from jupyter_repro.analysis.runs.settled import Settled
from jupyter_repro.records import RunRecord, SettingChange

_SET = "plt.rcParams['figure.subplot.bottom'] = 0.23\nplt.plot(x)"


def ran(source: str, *settings: SettingChange) -> RunRecord:
    return RunRecord(
        n=1, cell="a", source=source, source_digest="", started="", ended="", status="ok", settings=settings
    )


@pytest.mark.parametrize(
    ("source", "sets"),
    [
        (_SET, True),
        ("from matplotlib import rcParams\nrcParams['figure.subplot.bottom'] = 0.3", True),
        ("bottom = plt.rcParams['figure.subplot.bottom']", False),
        ("def later():\n    plt.rcParams['figure.subplot.bottom'] = 0.3", False),
    ],
)
def test_a_run_that_assigns_a_plot_parameter_sets_it(source: str, sets: bool) -> None:
    change = SettingChange(name="rcParams:figure.subplot.bottom", before="0.11", after="0.23")
    settled = Settled([ran(_SET, change)])
    assert ("rcParams:figure.subplot.bottom" in settled.by(ran(source))) is sets


def test_a_setting_is_no_change_of_the_module_that_leads_to_it() -> None:
    for source, changed in {
        "plt.rcParams['a'] = 1": set(),
        "pd.options.display.max_rows = 5": set(),
        "config.level = 1": {"config"},
        "df['options'] = 1": {"df"},
    }.items():
        assert statements(source)[0].changes == changed
