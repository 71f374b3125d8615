"""Calls whose answer is not the same every time, by dotted name: tables that `flow` looks up.

Only what the standard library, numpy, pandas, torch, tensorflow, scikit-learn's convention (``random_state=None`` draws
from numpy's global state) and seaborn's bootstrap define. What other libraries do is seen by the tracker, not guessed.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "random", "seed", "entropy", "clock", "timing", "set-order", "listing", "uninitialised", "environment", "network",
    "identity", "hash", "threads",
]  # fmt: skip
"""Why two runs may differ. ``seed``: a seed that is itself different every time."""

_RANDOM = [
    "betavariate",
    "binomialvariate",
    "choice",
    "choices",
    "expovariate",
    "gammavariate",
    "gauss",
    "getrandbits",
    "lognormvariate",
    "normalvariate",
    "paretovariate",
    "randbytes",
    "randint",
    "random",
    "randrange",
    "sample",
    "shuffle",
    "triangular",
    "uniform",
    "vonmisesvariate",
    "weibullvariate",
]
_NUMPY = [
    "beta",
    "binomial",
    "bytes",
    "chisquare",
    "choice",
    "dirichlet",
    "exponential",
    "f",
    "gamma",
    "geometric",
    "gumbel",
    "hypergeometric",
    "laplace",
    "logistic",
    "lognormal",
    "logseries",
    "multinomial",
    "multivariate_normal",
    "negative_binomial",
    "noncentral_chisquare",
    "noncentral_f",
    "normal",
    "pareto",
    "permutation",
    "poisson",
    "power",
    "rand",
    "randint",
    "randn",
    "random",
    "random_integers",
    "random_sample",
    "ranf",
    "rayleigh",
    "sample",
    "shuffle",
    "standard_cauchy",
    "standard_exponential",
    "standard_gamma",
    "standard_normal",
    "standard_t",
    "triangular",
    "uniform",
    "vonmises",
    "wald",
    "weibull",
    "zipf",
]
_TORCH = [
    "bernoulli",
    "multinomial",
    "normal",
    "poisson",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
]
_TORCH_LAYERS = [
    "Linear",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose2d",
    "Embedding",
    "LSTM",
    "GRU",
    "RNN",
    "Transformer",
    "MultiheadAttention",
    "Bilinear",
]
_TENSORFLOW = ["gamma", "normal", "poisson", "shuffle", "truncated_normal", "uniform", "categorical"]

DRAWS: dict[str, str] = {
    **{f"random.{name}": "random" for name in _RANDOM},
    **{f"numpy.random.{name}": "numpy" for name in _NUMPY},
    **{f"torch.{name}": "torch" for name in _TORCH},
    **{f"torch.nn.{name}": "torch" for name in _TORCH_LAYERS},
    **{f"tensorflow.random.{name}": "tensorflow" for name in _TENSORFLOW},
}
"""Function -> the global generator it draws from."""

SEEDERS: dict[str, tuple[str, ...]] = {
    "random.seed": ("random",),
    "numpy.random.seed": ("numpy",),
    "numpy.random.set_state": ("numpy",),
    "random.setstate": ("random",),
    "torch.manual_seed": ("torch",),
    "torch.random.manual_seed": ("torch",),
    "torch.set_rng_state": ("torch",),
    "tensorflow.random.set_seed": ("tensorflow",),
    "tensorflow.keras.utils.set_random_seed": ("random", "numpy", "tensorflow"),
    "keras.utils.set_random_seed": ("random", "numpy", "tensorflow", "torch"),
    "pytorch_lightning.seed_everything": ("random", "numpy", "torch"),
    "lightning.seed_everything": ("random", "numpy", "torch"),
    "lightning.pytorch.seed_everything": ("random", "numpy", "torch"),
    "transformers.set_seed": ("random", "numpy", "torch", "tensorflow"),
    "fastai.torch_core.set_seed": ("random", "numpy", "torch"),
}

GENERATORS: dict[str, str] = {
    "numpy.random.default_rng": "seed",
    "numpy.random.RandomState": "seed",
    "numpy.random.SeedSequence": "entropy",
    "numpy.random.PCG64": "seed",
    "numpy.random.PCG64DXSM": "seed",
    "numpy.random.MT19937": "seed",
    "numpy.random.Philox": "seed",
    "numpy.random.SFC64": "seed",
    "random.Random": "x",
}
"""Constructors of generators that draw fresh entropy without a seed -> the name of their first parameter."""

RANDOM_STATE: dict[str, frozenset[str]] = {
    "sklearn": frozenset(
        [
            "train_test_split",
            "ShuffleSplit",
            "StratifiedShuffleSplit",
            "GroupShuffleSplit",
            "RepeatedKFold",
            "RepeatedStratifiedKFold",
            "RandomizedSearchCV",
            "HalvingRandomSearchCV",
            "HalvingGridSearchCV",
            "permutation_importance",
            "permutation_test_score",
            "resample",
            "shuffle",
            "RandomForestClassifier",
            "RandomForestRegressor",
            "ExtraTreesClassifier",
            "ExtraTreesRegressor",
            "RandomTreesEmbedding",
            "ExtraTreeClassifier",
            "ExtraTreeRegressor",
            "BaggingClassifier",
            "BaggingRegressor",
            "IsolationForest",
            "MLPClassifier",
            "MLPRegressor",
            "BernoulliRBM",
            "SGDClassifier",
            "SGDRegressor",
            "SGDOneClassSVM",
            "Perceptron",
            "PassiveAggressiveClassifier",
            "PassiveAggressiveRegressor",
            "RANSACRegressor",
            "TheilSenRegressor",
            "KMeans",
            "MiniBatchKMeans",
            "BisectingKMeans",
            "SpectralClustering",
            "SpectralBiclustering",
            "SpectralCoclustering",
            "GaussianMixture",
            "BayesianGaussianMixture",
            "TSNE",
            "MDS",
            "SpectralEmbedding",
            "FastICA",
            "MiniBatchNMF",
            "LatentDirichletAllocation",
            "DictionaryLearning",
            "MiniBatchDictionaryLearning",
            "TruncatedSVD",
            "FactorAnalysis",
            "MiniBatchSparsePCA",
            "SparsePCA",
            "RBFSampler",
            "Nystroem",
            "SkewedChi2Sampler",
            "PolynomialCountSketch",
            "GaussianRandomProjection",
            "SparseRandomProjection",
            "IterativeImputer",
            "make_classification",
            "make_regression",
            "make_blobs",
            "make_moons",
            "make_circles",
            "make_friedman1",
            "make_friedman2",
            "make_friedman3",
            "make_gaussian_quantiles",
            "make_hastie_10_2",
            "make_low_rank_matrix",
            "make_multilabel_classification",
            "make_s_curve",
            "make_sparse_coded_signal",
            "make_sparse_spd_matrix",
            "make_sparse_uncorrelated",
            "make_spd_matrix",
            "make_swiss_roll",
            "make_biclusters",
            "make_checkerboard",
            "mutual_info_classif",
            "mutual_info_regression",
        ]
    ),
    "imblearn": frozenset(
        [
            "SMOTE",
            "SMOTEN",
            "SMOTENC",
            "ADASYN",
            "BorderlineSMOTE",
            "KMeansSMOTE",
            "SVMSMOTE",
            "RandomOverSampler",
            "RandomUnderSampler",
            "SMOTEENN",
            "SMOTETomek",
            "BalancedRandomForestClassifier",
            "EasyEnsembleClassifier",
            "RUSBoostClassifier",
            "BalancedBaggingClassifier",
            "ClusterCentroids",
            "InstanceHardnessThreshold",
            "make_imbalance",
        ]
    ),
    "umap": frozenset(["UMAP"]),
}
"""Package -> its classes and functions whose result changes from call to call with ``random_state=None``."""

BALANCING = frozenset(["RandomUnderSampler", "RandomOverSampler", "SMOTE", "SMOTEN", "SMOTENC", "make_imbalance"])
"""Of imbalanced-learn: which rows result differs, how many of each class does not."""

COUNTING = frozenset(["value_counts", "Counter", "nunique", "unique", "bincount"])
"""Calls that count rows by class."""

SHUFFLED_BY_OPTION = frozenset(["KFold", "StratifiedKFold", "StratifiedGroupKFold", "GroupKFold"])
"""Splitters of scikit-learn that draw only with ``shuffle=True``."""

BOOTSTRAPS = frozenset(f"seaborn.{name}" for name in ("lineplot", "barplot", "pointplot", "regplot", "lmplot"))
"""seaborn's functions that bootstrap a band from fresh entropy, whatever was seeded, unless ``seed=`` is given."""

ANSWERS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            "time.time", "time.time_ns", "time.ctime", "time.asctime", "time.localtime", "time.gmtime", "time.strftime",
            "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
            "pandas.Timestamp.now", "pandas.Timestamp.today", "pandas.Timestamp.utcnow", "pandas.to_datetime.now",
            "arrow.now", "arrow.utcnow", "pendulum.now",
        ),
        "clock",
    ),
    **dict.fromkeys(
        (
            "time.perf_counter", "time.perf_counter_ns", "time.monotonic", "time.monotonic_ns", "time.process_time",
            "time.process_time_ns", "time.thread_time", "timeit.default_timer", "timeit.timeit", "timeit.repeat",
        ),
        "timing",
    ),
    **dict.fromkeys(
        (
            "uuid.uuid1", "uuid.uuid4", "secrets.token_hex", "secrets.token_bytes", "secrets.token_urlsafe",
            "secrets.choice", "secrets.randbelow", "secrets.randbits", "os.urandom", "random.SystemRandom",
        ),
        "entropy",
    ),
    **dict.fromkeys(("os.listdir", "os.scandir", "os.walk", "os.fwalk", "glob.glob", "glob.iglob"), "listing"),
    **dict.fromkeys(("numpy.empty", "numpy.empty_like", "torch.empty", "torch.empty_like"), "uninitialised"),
    **dict.fromkeys(
        (
            "os.getcwd", "os.getlogin", "os.getpid", "os.getppid", "os.cpu_count", "os.uname", "os.path.abspath",
            "os.path.expanduser", "socket.gethostname", "platform.node", "platform.platform", "platform.uname",
            "platform.processor", "platform.version", "platform.release", "getpass.getuser",
            "multiprocessing.cpu_count", "pathlib.Path.cwd", "pathlib.Path.home", "psutil.virtual_memory",
            "psutil.cpu_percent", "threading.get_ident", "tempfile.mkdtemp", "tempfile.mkstemp", "tempfile.gettempdir",
            "resource.getrusage",
        ),
        "environment",
    ),
    **dict.fromkeys(
        (
            "requests.get", "requests.post", "requests.request", "httpx.get", "httpx.post", "urllib.request.urlopen",
            "urllib.request.urlretrieve", "wget.download", "yfinance.download", "pooch.retrieve",
        ),
        "network",
    ),
    **dict.fromkeys(("concurrent.futures.as_completed", "asyncio.as_completed"), "threads"),
    "id": "identity",
}  # fmt: skip

TAKES_TIME = frozenset(["time.ctime", "time.localtime", "time.gmtime", "time.strftime", "time.asctime"])
"""Functions that read the clock only where they are not given a time."""

LISTING_METHODS = frozenset(["glob", "rglob", "iterdir"])
READERS = frozenset(
    f"pandas.read_{name}"
    for name in ("csv", "json", "html", "excel", "parquet", "table", "xml", "feather", "stata", "fwf")
)
"""Readers that also take a URL."""

ORDER_KINDS: frozenset[Kind] = frozenset({"set-order", "listing", "threads"})
"""Kinds that sorting removes."""

CONSTANT_ATTRIBUTES = frozenset(
    [
        "shape",
        "dtype",
        "dtypes",
        "columns",
        "ndim",
        "size",
        "nbytes",
        "__class__",
        "__name__",
        "feature_names_in_",
        "classes_",
    ]
)
"""Attributes that stay the same when only the values vary."""

CONSTANT_CALLS = frozenset(
    ["len", "isinstance", "issubclass", "type", "callable", "hasattr", "dir", "help", "range", "print", "repr_", "id"]
) - {"print", "id"}
TEXT_CALLS = frozenset(["str", "repr", "format", "join", "Path", "strip", "split", "replace", "items", "values", "get"])
"""Calls whose result still shows the text they were given."""

ORDER_FREE_CALLS = frozenset(
    [
        "sorted",
        "len",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "set",
        "frozenset",
        "Counter",
        "bool",
        "isinstance",
        "type",
        "hash",
    ]
)
"""Builtins whose result does not depend on the order of what they are given."""
ORDER_TAKING = frozenset(
    [
        "list",
        "tuple",
        "iter",
        "enumerate",
        "next",
        "str",
        "repr",
        "format",
        "map",
        "filter",
        "zip",
        "reversed",
        "print",
        "join",
        "array",
        "asarray",
        "Series",
        "DataFrame",
    ]
)
"""Calls that turn a set's order into something that can be seen."""

SEED_SNIPPETS: dict[str, tuple[str, str]] = {
    "random": ("random", "{alias}.seed({seed})"),
    "numpy": ("numpy", "{alias}.random.seed({seed})"),
    "torch": ("torch", "{alias}.manual_seed({seed})"),
    "tensorflow": ("tensorflow", "{alias}.random.set_seed({seed})"),
}
"""Generator -> the module that owns it, and how it is seeded."""
