"""What a cell cannot do by its text alone; each was tried."""

from __future__ import annotations

import pytest

from jupyter_repro.analysis.code.fitting import asked_unfitted
from jupyter_repro.analysis.code.refusals import first_refusal

_SIZES = {"points": "4x2", "words": "3", "df": "9x2"}
_PLOTS = "fig, ax = plt.subplots({})\n{}"

REFUSED = {
    "ax.scatter(x, y, alpha=1.5)": "ValueError",
    "plt.legend(framealpha=2)": "ValueError",
    "plt.plot(x, color=(1.2, 0.3, 0.4))": "ValueError",
    "a, b = train_test_split(x, test_size=1.25)": "InvalidParameterError",
    "df.quantile(1.25)": "ValueError",
    "np.quantile(x, [0.5, 1.5])": "ValueError",
    "np.percentile(x, 101)": "ValueError",
    "df.sample(frac=1.5)": "ValueError",
    "fig.add_subplot(134)": "ValueError",
    "plt.subplot(2, 2, 5)": "ValueError",
    "df.mean(axis=2)": "ValueError",
    "df['a'].sum(axis=2)": "ValueError",
    "pd.concat([a, b], axis=2)": "ValueError",
    _PLOTS.format("2", "ax.plot(x)"): "AttributeError",
    _PLOTS.format("2, 2", "ax[0].plot(x)"): "AttributeError",
    _PLOTS.format("nrows=1, ncols=3", "for n in (1, 2):\n    ax.plot(x)"): "AttributeError",
    _PLOTS.format("2", "df.plot(ax=ax)"): "AttributeError",
    _PLOTS.format("1", "ax[0].plot(x)"): "TypeError",
    _PLOTS.format("3", "ax[3].plot(x)"): "IndexError",
    _PLOTS.format("3", "ax[0, 1].plot(x)"): "IndexError",
    _PLOTS.format("2, 2", "flat = ax.ravel()\nflat[4].plot(x)"): "IndexError",
    "fig, (one, two) = plt.subplots(1, 3)": "ValueError",
    "fig, (one, two) = plt.subplots(2, 2)\none.plot(x)": "AttributeError",
    "one, two = fig.subplots(3)": "ValueError",
    "plt.plot(points[:, 2])": "IndexError",
    "points[0, 1, 0]": "IndexError",
    "for n in range(2):\n    print(words[3], n)": "IndexError",
    "df.iloc[9]": "IndexError",
    "n = points.shape[2]": "IndexError",
    "one, two = words": "ValueError",
}

TAKEN = [
    "res.conf_int(alpha=1.5)",
    "Lasso(alpha=1.5)",
    "train_test_split(x, test_size=2)",
    "df.sample(frac=1.5, replace=True)",
    "image.mean(axis=2)",
    "fig.add_subplot(224)",
    "plt.subplot(n, 2, 5)",
    "try:\n    plt.subplot(2, 2, 5)\nexcept ValueError:\n    pass",
    "def draw():\n    plt.subplot(2, 2, 5)",
    "if small:\n    plt.subplot(2, 2, 5)",
    _PLOTS.format("2", "ax[1].plot(x)\nax[-2].plot(x)\nax.flat[0].plot(x)"),
    _PLOTS.format("2", "for ax in ax:\n    ax.plot(x)"),
    _PLOTS.format("2", "[ax.plot(x) for ax in ax]"),
    _PLOTS.format("2", "ax = ax[0]\nax.plot(x)"),
    _PLOTS.format("2", "df.hist(ax=ax)"),
    _PLOTS.format("2, squeeze=False", "ax[0, 0].plot(x)"),
    _PLOTS.format("n", "ax.plot(x)"),
    "fig, ((a, b), (c, d)) = plt.subplots(2, 2)\na.plot(x)",
    "fig, ax = somewhere.subplots\nax.plot(x)",
    "points[:, 1]\npoints[-4]\nwords[2]\ndf.iloc[8, 1]\npoints.shape[1]",
    "words.append('d')\nwords[3]",
    "words = other\nwords[3]",
    "points[mask, 2]\npoints[None, 0, 0]\npoints[n]",
    "[words[3] for words in lists]",
    "df[9]",
    "one, *two = words\na, b, c = words",
]


@pytest.mark.parametrize("source", REFUSED)
def test_what_is_refused(source: str) -> None:
    found = first_refusal(source, {"df": "pandas.DataFrame"}, _SIZES)
    assert found is not None and found.error == REFUSED[source]


@pytest.mark.parametrize("source", TAKEN)
def test_what_may_go_through(source: str) -> None:
    assert first_refusal(source, {"df": "pandas.DataFrame", "image": "numpy.ndarray"}, _SIZES) is None


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("m[-1].coef_", "AttributeError"),
        ("print(m.predict(x))", "NotFittedError"),
        ("m.fit(x, y)\nm.coef_", None),
        ("m = other.fit(x)\nm.coef_", None),
        ("m.set_params(c=1)\nm.c", None),
        ("n.coef_", None),
        ("m.__doc__", None),
    ],
)
def test_what_an_unfitted_model_refuses(source: str, error: str | None) -> None:
    found = asked_unfitted(source, ["m"])
    assert (found.error if found is not None else None) == error
