"""Which texts only ask an object for something, and which objects may keep notes of it."""

from __future__ import annotations

import pytest

from jupyter_repro.analysis.code.asking import keeps_notes, only_asks
from jupyter_repro.analysis.code.statements import statements


@pytest.mark.parametrize(
    "source",
    [
        "print(res.forecast(steps=3))",
        "fig, ax = plt.subplots()\nf = res.get_forecast(2).summary_frame()\nf['mean'].plot(ax=ax)\nax.legend()",
        "ax.fill_between(res.index, res.lower)",
    ],
)
def test_a_question_changes_nothing_that_is_seen(source: str) -> None:
    assert only_asks(source, frozenset(["res", "mod"]))


@pytest.mark.parametrize(
    "source",
    [
        "state = res.run_mcmc(p, 100)",
        "res.fit(x)\nprint(res.summary())",
        "train(res)",
        "part = res.layers\npart.advance()",
        "res.level = 3",
        "exec('x')\nprint(res.summary())",
        "print(res.summary(",
    ],
)
def test_anything_else_may(source: str) -> None:
    assert not only_asks(source, frozenset(["res"]))


def test_a_change_in_data_and_in_the_users_own_objects_is_seen() -> None:
    kinds = ("statsmodels.ARIMAResults", "list", "dict", "pandas.DataFrame", "numpy.ndarray", "__main__.Counter", "")
    assert [kind for kind in kinds if keeps_notes(kind)] == ["statsmodels.ARIMAResults"]


@pytest.mark.parametrize(
    ("source", "opens"),
    [("?res.predict", False), ("%matplotlib inline", False), ("!ls", False), ("%run a.py", True), ("%pylab", True)],
)
def test_a_magic_that_only_asks_makes_no_names(source: str, opens: bool) -> None:
    assert [each.opens for each in statements(source)] == [opens]
