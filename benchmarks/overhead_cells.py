"""The workloads of `overhead`: what notebooks do that could make a tracker slow."""

from __future__ import annotations

from collections.abc import Callable

Cells = tuple[list[str], list[str]]
"""Cells that prepare, and cells that are measured."""


def trivial() -> Cells:
    return ["x_0 = 0"], [f"x_{n} = x_{n - 1} + 1" for n in range(1, 301)]


def loops() -> Cells:
    return ["def f(v):\n    return v * 2 + 1"], [
        "total = 0\nfor n in range(4_000_000):\n    total = (total + n * 3) % 1000003",
        "total = 0\nfor n in range(1_000_000):\n    total += f(n)",
    ]


def large_values() -> Cells:
    prepare = [
        "import numpy as np, pandas as pd\ndraw = np.random.default_rng(0)",
        "frame = pd.DataFrame(draw.random((1_000_000, 25)), columns=[f'c{n}' for n in range(25)])",
        "numbers = list(range(1_000_000))",
        "class Item:\n    def __init__(self, n):\n        self.n, self.name = n, 'n%d' % n\n"
        "items = {n: Item(n) for n in range(100_000)}",
    ]
    measured: list[str] = []
    for n in range(10):
        measured += [
            f"mean_{n} = float(frame['c{n}'].iloc[:100].mean())",
            f"frame.iloc[{n}, {n}] = 0.5",
            f"numbers[{n * 7}] = -1\nlast_{n} = numbers[{n * 7}] + len(numbers)",
            f"items[{n}].name = 'changed'\nnext_{n} = items[{n + 1}].n",
        ]
    return prepare, measured


def file_reads() -> Cells:
    prepare = "import os, tempfile\nfolder = tempfile.mkdtemp(dir='.')\nfor n in range(2000):\n    " + (
        "with open(f'{folder}/{n}.txt', 'w') as file:\n        _ = file.write('line %d\\n' % n * 20)"
    )
    read = "size = 0\nfor n in range(2000):\n    with open(os.path.join(folder, f'{n}.txt')) as file:\n        " + (
        "size += len(file.read())"
    )
    return [prepare, "import time\ntime.sleep(1)"], [read]


def learning() -> Cells:
    return [], [
        "import random\nimport matplotlib\nmatplotlib.use('Agg')\nimport numpy as np\nimport pandas as pd\n"
        "import matplotlib.pyplot as plt",
        "from sklearn.datasets import make_classification\nfrom sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.linear_model import LogisticRegression\nfrom sklearn.model_selection import train_test_split\n"
        "from sklearn.preprocessing import StandardScaler",
        "random.seed(42)\nnp.random.seed(42)",
        "values, target = make_classification(n_samples=6000, n_features=20, n_informative=8, random_state=42)",
        "frame = pd.DataFrame(values, columns=[f'f{n}' for n in range(20)])\nframe['target'] = target\n"
        "frame.to_csv('data.csv', index=False)",
        "data = pd.read_csv('data.csv')\ndata.head()",
        "summary = data.describe().T\nsummary['missing'] = data.isna().sum()\nsummary",
        "groups = pd.cut(data['f2'], 5, labels=False)\ndata.groupby(groups)['target'].mean()",
        "names = [name for name in data.columns if name != 'target']\n"
        "train, test, y_train, y_test = train_test_split(data[names], data['target'], random_state=42)",
        "scaler = StandardScaler().fit(train)\nz_train, z_test = scaler.transform(train), scaler.transform(test)",
        "logit = LogisticRegression(max_iter=500).fit(z_train, y_train)\nlogit.score(z_test, y_test)",
        "forest = RandomForestClassifier(n_estimators=100, random_state=42, n_jobs=1).fit(z_train, y_train)",
        "scores = {name: model.score(z_test, y_test) for name, model in [('logit', logit), ('forest', forest)]}\nscores",
        "weights = pd.Series(forest.feature_importances_, index=names).sort_values(ascending=False)\n"
        "print('\\n'.join(f'{name}: {value:.3f}' for name, value in weights.head(5).items()))",
        "figure, axes = plt.subplots(1, 2, figsize=(9, 4))\naxes[0].barh(weights.index[:10], weights.values[:10])\n"
        "axes[1].scatter(data['f0'], data['f1'], c=data['target'], s=3)\nfigure.savefig('plot.png')\nplt.close(figure)",
        "with open('scores.txt', 'w') as out:\n    for name, score in scores.items():\n"
        "        out.write(f'{name} {score:.4f}\\n')",
    ]


def comprehensions() -> Cells:
    return [], [
        "rows = [[n, n + 1] for n in range(1_000_000)]",
        "records = {n: {'id': n, 'v': [n]} for n in range(500_000)}",
        "flat = [each for row in rows for each in row]",
        "picked = [records[n]['v'][0] + rows[n][1] for n in range(0, len(records), 2)]",
    ]


def deep_copies() -> Cells:
    return [
        "import copy\nclass Node:\n    def __init__(self, n):\n        self.n, self.tags = n, ['a', str(n)]\n"
        "nodes = [Node(n) for n in range(40_000)]\ntree = {'rows': [[n, {'v': n}] for n in range(60_000)]}",
    ], [
        "nodes_2 = copy.deepcopy(nodes)",
        "tree_2 = copy.deepcopy(tree)",
        "for _ in range(20):\n    copy.deepcopy(nodes[:2000])",
    ]


def analysis() -> Cells:
    return [
        "import numpy as np, pandas as pd\nimport matplotlib.pyplot as plt\ndraw = np.random.default_rng(0)\n"
        "from sklearn.linear_model import LogisticRegression",
        "frame = pd.DataFrame({'k': draw.integers(0, 1000, 1_000_000), 'a': draw.random(1_000_000)})\n"
        "names = pd.DataFrame({'k': np.arange(1000), 'w': np.arange(1000) * 2.0})",
    ], [
        "means = frame.groupby('k').agg({'a': 'mean'})",
        "joined = frame.merge(names, on='k')",
        "frame['b'] = frame['a'] * 2",
        "large = frame[frame['a'] > 0.5].sort_values('a')",
        "figures = []\nfor n in range(10):\n    figure, axes = plt.subplots()\n    axes.plot(draw.random(100))\n"
        "    figures.append(figure)",
        "for n in range(3):\n    figures[n].savefig(f'{n}.png')\nplt.close('all')",
        "X = draw.random((60, 3))\ny = X[:, 0] > 0.5\n"
        "models = [LogisticRegression(C=1 + n / 100, random_state=n).fit(X, y) for n in range(200)]",
        "scores = [model.score(X, y) for model in models]",
    ]


def listened() -> Cells:
    return ["import os, random, threading, time, uuid\nimport numpy as np"], [
        "for n in range(20_000):\n    np.random.RandomState(n).random()",
        "for n in range(50_000):\n    np.random.seed(n)\n    np.random.random()",
        "for n in range(20_000):\n    random.seed(n)\n    random.random()",
        "for n in range(50_000):\n    os.environ.get('HOME')",
        "for n in range(50_000):\n    uuid.uuid4()",
        "for n in range(500_000):\n    time.time()",
        "threads = [threading.Thread(target=int) for n in range(2000)]\nfor each in threads:\n    each.start()\n"
        "for each in threads:\n    each.join()",
    ]


def calls() -> Cells:
    return ["import math\nseen = []"], [f"seen.append(math.sqrt({n}))\ny_{n} = len(seen)" for n in range(200)]


WORKLOADS: dict[str, tuple[str, Callable[[], Cells]]] = {
    "trivial": ("300 trivial cells", trivial),
    "loops": ("a loop of 4 million, 1 million calls", loops),
    "large": ("40 cells that touch a 200 MB frame, a list of 1e6, 1e5 objects", large_values),
    "reads": ("2,000 file reads in a cell", file_reads),
    "learning": ("a scikit-learn notebook of 16 cells", learning),
    "nested": ("nested comprehensions of 1e6 items", comprehensions),
    "deepcopy": ("copy.deepcopy of 1e5 parts", deep_copies),
    "analysis": ("pandas on 1e6 rows, 10 figures, 200 fits", analysis),
    "listened": ("loops over calls that are listened to: seeds, clocks, variables, threads", listened),
}
