"""What differs from run to run is followed to where it is shown, and no further."""

from __future__ import annotations

import pytest

from jupyter_repro.analysis.code.cellcode import parse
from jupyter_repro.analysis.flow import FlowCell, Observed, follow


def kinds(*sources: str, figure: bool = False, observed: dict[int, dict[str, bool]] | None = None) -> list[set[str]]:
    """For each cell: the kinds of what it shows."""
    cells = [
        FlowCell(
            id=str(number),
            code=parse(source),
            shows=None,
            figure=figure,
            observed=Observed(draws=observed[number]) if observed and number in observed else None,
        )
        for number, source in enumerate(sources)
    ]
    flows = follow(cells)
    return [{root.kind for root in flows[cell.id].shown} for cell in cells]


DIFFERS = {
    "a draw shown at once": ("import numpy as np\nnp.random.rand(3)", "random"),
    "through a name": ("import random\nx = random.random()\ny = [x, 1]\nprint(y[0] + 1)", "random"),
    "through a function": (
        "import random\ndef roll(n):\n    return [random.random() for _ in range(n)]\nprint(roll(3))",
        "random",
    ),
    "through a class": (
        "import random\nclass Die:\n    def roll(self):\n        return random.random()\nd = Die()\nprint(d.roll())",
        "random",
    ),
    "printed in a function": ("import random\ndef show():\n    print(random.random())\nshow()", "random"),
    "appended in a loop": ("import random\nxs = []\nfor i in range(3):\n    xs.append(random.random())\nxs", "random"),
    "shuffled in place": ("import random\nxs = [1, 2, 3]\nrandom.shuffle(xs)\nprint(xs)", "random"),
    "an alias": ("from numpy.random import randn as noise\nprint(noise(3))", "random"),
    "a fresh generator": ("import numpy as np\nrng = np.random.default_rng()\nprint(rng.normal())", "random"),
    "a model": (
        "from sklearn.cluster import KMeans\nm = KMeans()\nm.fit(X)\nprint(m.predict(X))",
        "random",
    ),
    "an f-string": ("import time\nprint(f'at {time.time()}')", "clock"),
    "a duration": ("import time\nstart = time.time()\nwork()\nprint(time.time() - start)", "timing"),
    "a seed from the clock": ("import random, time\nrandom.seed(time.time())\nprint(random.random())", "seed"),
    "a set as a list": ("print(list({'a', 'b'}))", "set-order"),
    "a set in a dict": ("print({'k': {'a', 'b'}})", "set-order"),
    "sets by comprehension": ("groups = {k: set(v) for k, v in data}\nprint(groups)", "set-order"),
    "a loop over a set": ("for name in set(names):\n    print(name)", "set-order"),
    "an unsorted listing": ("import os\nprint(os.listdir('.'))", "listing"),
    "a hash": ("print(hash('a') % 10)", "hash"),
    "an array never filled": ("import numpy as np\na = np.empty(3)\nprint(a)", "uninitialised"),
}
SAME = {
    "a seeded draw": "import numpy as np\nnp.random.seed(1)\nprint(np.random.rand())",
    "only counted": "import numpy as np\nx = np.random.rand(5)\nprint(len(x), x.shape)",
    "overwritten": "import random\nx = random.random()\nx = 1\nprint(x)",
    "never shown": "import random\nx = random.random()\ny = 2\nprint(y)",
    "a seeded generator": "import numpy as np\nrng = np.random.default_rng(7)\nprint(rng.normal())",
    "a split with a state": (
        "from sklearn.model_selection import train_test_split as tts\na, b = tts(x, random_state=1)\nprint(a)"
    ),
    "sklearn below a numpy seed": (
        "import numpy as np\nfrom sklearn.cluster import KMeans\nnp.random.seed(0)\nprint(KMeans().fit(X).labels_)"
    ),
    "how many rows of each class were drawn": (
        "from imblearn.over_sampling import SMOTE\na, b = SMOTE().fit_resample(x, y)\nprint(b.value_counts())"
    ),
    "a sorted set": "print(sorted({'a', 'b'}), len({'a'}), 'a' in {'a', 'b'})",
    "a set of numbers": "print(list({1, 2, 3}))",
    "a set that IPython sorts": "{'b', 'a'}",
    "a sorted listing": "import os\nnames = sorted(os.listdir('.'))\nprint(names)",
    "sorted later": "import os\nnames = os.listdir('.')\nnames.sort()\nprint(names)",
    "an array that is filled": "import numpy as np\na = np.empty(3)\nfor i in range(3):\n    a[i] = i\nprint(a)",
    "a folder that is read from": (
        "import os\nimport pandas as pd\nhere = os.getcwd()\nprint(pd.read_csv(os.path.join(here, 'a.csv')))"
    ),
    "a name that hides the module": "class random:\n    def random():\n        return 4\nprint(random.random())",
    "a time that was given": "import time\nprint(time.strftime('%Y', t))",
}


@pytest.mark.parametrize("name", DIFFERS)
def test_what_differs_is_shown(name: str) -> None:
    source, kind = DIFFERS[name]
    assert kinds(source) == [{kind}]


@pytest.mark.parametrize("name", SAME)
def test_what_stays_the_same_is_left_alone(name: str) -> None:
    assert kinds(SAME[name]) == [set()]


def test_it_goes_through_cells_and_stops_where_it_is_overwritten() -> None:
    cells = ("import random\nx = random.random()", "y = x * 2", "print(y)", "y = 0", "print(y)")
    assert kinds(*cells) == [set(), set(), {"random"}, set(), set()]


def test_a_draw_in_a_module_is_known_from_the_tracker_alone() -> None:
    cells = ("import helper", "table = helper.sample()\nn = 3", "print(table)", "print(n)")
    assert kinds(*cells) == [set(), set(), set(), set()]
    assert kinds(*cells, observed={1: {"numpy": False}}) == [set(), set(), {"random"}, set()]
    assert kinds(*cells, observed={1: {"numpy": True}}) == [set(), set(), set(), set()]


def test_what_the_text_explains_is_not_blamed_on_other_calls() -> None:
    cells = ("import numpy as np\nx = np.random.rand()\ny = other()", "print(y)", "print(x)")
    assert kinds(*cells, observed={0: {"numpy": False}}) == [set(), set(), {"random"}]


def test_what_the_tracker_looked_for_and_did_not_see_is_not_reported() -> None:
    cells = ("import random\nrandom.random = lambda: 4\nprint(random.random())",)
    assert kinds(*cells) == [{"random"}]
    assert kinds(*cells, observed={0: {}}) == [set()]


def test_a_draw_that_the_text_names_but_the_tracker_saw_elsewhere_is_still_a_draw() -> None:
    cells = ("import scipy, statsmodels\nx = copula.rvs(3)\nprint(x)",)
    assert kinds(*cells, observed={0: {"unseeded:default_rng()": False}}) == [{"random"}]
    assert kinds(*cells, observed={0: {}}) == [set()]


def test_a_model_that_draws_to_no_effect_when_it_is_fitted_explains_the_draw() -> None:
    fit = "from sklearn.svm import SVC\nm = SVC().fit(X, y)\nprint(m.predict(X))"
    assert kinds(fit, observed={0: {"numpy": False}}) == [set()]
    assert kinds("import own\nprint(own.simulate())", observed={0: {"numpy": False}}) == [{"random"}]
    assert kinds(fit.replace("SVC()", "SVC(probability=True)"), observed={0: {"numpy": False}}) == [{"random"}]


def test_a_sampler_that_takes_its_state_from_a_seeded_generator_is_seeded() -> None:
    seeded = (
        "import emcee\nimport numpy as np\nnp.random.seed(1)\ns = emcee.EnsembleSampler(4, 1, f)\nprint(s.run_mcmc(x))"
    )
    assert kinds(seeded, observed={0: {"numpy": True, "unseeded:RandomState()": False}}) == [set()]
    unseeded = seeded.replace("np.random.seed(1)\n", "")
    assert kinds(unseeded, observed={0: {"numpy": False, "unseeded:RandomState()": False}}) == [{"random"}]


def test_a_function_that_is_handed_over_draws_where_it_is_called() -> None:
    cells = ("import numpy as np\nf = np.vectorize(np.random.normal)", "print(f([1, 2]))")
    assert kinds(*cells, observed={0: {}, 1: {"numpy": False}}) == [set(), {"random"}]
    assert kinds(*cells, observed={0: {}, 1: {"numpy": True}}) == [set(), set()]
    own = ("import numpy as np\ndef draw(x):\n    return x + np.random.rand()\nf = np.vectorize(draw)", "print(f([1]))")
    assert kinds(*own, observed={0: {}, 1: {"numpy": False}}) == [set(), {"random"}]


def test_a_list_that_a_generator_shuffles_differs_below() -> None:
    cells = ("import numpy as np\nrng = np.random.default_rng()\nxs = [1, 2]\nrng.shuffle(xs)", "print(xs)")
    assert kinds(*cells) == [set(), {"random"}]


def test_a_figure_shows_what_is_plotted() -> None:
    cells = ("import numpy as np\nimport matplotlib.pyplot as plt\nx = np.random.rand(9)\nplt.plot(x);",)
    assert kinds(*cells, figure=True) == [{"random"}]


def test_what_a_library_draws_in_a_class_of_the_notebook_is_followed_to_what_it_prints() -> None:
    """The draw was heard by the tracker only, and so was the printing: neither stands in the text."""
    sources = (
        "import sim\nclass Model(sim.Model):\n    def step(self):\n        self.agents.do('say')",
        "model = Model(10)",
        "model.step()",
        "wealth = [agent.wealth for agent in model.agents]\nwealth",
        "print('done')",
    )
    cells = [
        FlowCell(
            id=str(number),
            code=parse(source),
            shows=number > 1,
            figure=False,
            talks=number in (2, 4),
            observed=Observed(draws={"unseeded:Random()": False} if number == 1 else {}),
        )
        for number, source in enumerate(sources)
    ]
    flows = follow(cells)
    assert [{root.kind for root in flows[cell.id].shown} for cell in cells[2:]] == [{"random"}, {"random"}, set()]


def test_a_module_is_not_tainted_by_a_call_of_its_functions() -> None:
    drew = Observed(draws={"numpy": False})
    cells = [
        FlowCell(id="a", code=parse("import plots\nplots.set_style('x')"), shows=False, figure=False, observed=drew),
        FlowCell(id="b", code=parse("plots.draw([1])"), shows=True, figure=False, observed=Observed(draws={})),
    ]
    assert follow(cells)["b"].shown == frozenset()
