"""Calls whose answer is not the same every time, by dotted name: tables that `flow` looks up.

Only what the standard library, numpy, pandas, torch and tensorflow define; functions that take a seed: `seedable`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

Kind = Literal[
    "random", "seed", "entropy", "clock", "timing", "set-order", "listing", "uninitialised", "environment", "network",
    "identity", "hash", "threads", "scratch",
]  # fmt: skip
"""Why two runs may differ. ``seed``: a seed that is itself different every time; ``scratch``: a temporary name."""

_RANDOM = (
    "betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits lognormvariate "
    "normalvariate paretovariate randbytes randint random randrange sample shuffle triangular uniform "
    "vonmisesvariate weibullvariate"
).split()
_NUMPY = (
    "beta binomial bytes chisquare choice dirichlet exponential f gamma geometric gumbel hypergeometric "
    "laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial "
    "noncentral_chisquare noncentral_f normal pareto permutation poisson power rand randint randn random "
    "random_integers random_sample ranf rayleigh sample shuffle standard_cauchy standard_exponential "
    "standard_gamma standard_normal standard_t triangular uniform vonmises wald weibull zipf"
).split()
_TORCH = ("bernoulli multinomial normal poisson rand rand_like randint randint_like randn randn_like randperm").split()
_TORCH_LAYERS = (
    "Linear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Embedding EmbeddingBag LSTM GRU RNN "
    "LSTMCell GRUCell RNNCell Transformer TransformerEncoderLayer TransformerDecoderLayer MultiheadAttention Bilinear"
).split()
_TORCH_FILLERS = (
    "uniform_ normal_ trunc_normal_ xavier_uniform_ xavier_normal_ kaiming_uniform_ kaiming_normal_ orthogonal_ sparse_"
).split()
_KERAS_LAYERS = "Dense Conv1D Conv2D Conv3D Embedding LSTM GRU SimpleRNN Bidirectional Dropout".split()
_TENSORFLOW = ["gamma", "normal", "poisson", "shuffle", "truncated_normal", "uniform", "categorical"]

DRAWS: dict[str, str] = {
    **{f"random.{name}": "random" for name in _RANDOM},
    **{f"numpy.random.{name}": "numpy" for name in _NUMPY},
    **{f"torch.{name}": "torch" for name in _TORCH},
    **{f"torch.nn.{name}": "torch" for name in _TORCH_LAYERS},
    **{f"torch.nn.init.{name}": "torch" for name in _TORCH_FILLERS},
    **{f"tensorflow.random.{name}": "tensorflow" for name in _TENSORFLOW},
    **{f"{package}.layers.{name}": "tensorflow" for package in ("keras", "tensorflow.keras") for name in _KERAS_LAYERS},
}
"""Function -> the global generator it draws from."""

FILLS_BY_DRAWS = frozenset(
    ["normal_", "uniform_", "random_", "bernoulli_", "exponential_", "cauchy_", "log_normal_", "geometric_"]
)
"""Methods of torch's tensors that fill them with draws."""

SEEDERS: dict[str, tuple[str, ...]] = {
    "random.seed": ("random",),
    "faker.Faker.seed": ("faker",),
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
    **dict.fromkeys(
        ("numpy.empty", "numpy.empty_like", "numpy.ndarray", "torch.empty", "torch.empty_like"), "uninitialised"
    ),
    **dict.fromkeys(
        (
            "os.getcwd", "os.getlogin", "os.getpid", "os.getppid", "os.cpu_count", "os.uname", "os.path.abspath",
            "os.path.expanduser", "socket.gethostname", "platform.node", "platform.platform", "platform.uname",
            "platform.processor", "platform.version", "platform.release", "getpass.getuser",
            "multiprocessing.cpu_count", "pathlib.Path.cwd", "pathlib.Path.home", "psutil.virtual_memory",
            "psutil.cpu_count", "os.process_cpu_count", "joblib.cpu_count", "torch.cuda.get_device_name",
            "torch.cuda.get_device_properties", "os.path.getmtime", "os.path.getctime", "os.path.getatime",
            "psutil.cpu_percent", "threading.get_ident", "tempfile.gettempdir", "resource.getrusage", "sys.getsizeof",
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
    **dict.fromkeys(
        (
            "tempfile.mkdtemp", "tempfile.mkstemp", "tempfile.mktemp", "tempfile.NamedTemporaryFile",
            "tempfile.TemporaryDirectory",
        ),
        "scratch",
    ),
    **dict.fromkeys(
        (
            "concurrent.futures.as_completed", "asyncio.as_completed", "dask.distributed.as_completed",
            "distributed.as_completed",
        ),
        "threads",
    ),
    "id": "identity",
}  # fmt: skip

TAKES_TIME = frozenset(["time.ctime", "time.localtime", "time.gmtime", "time.strftime", "time.asctime"])
"""Functions that read the clock only where they are not given a time."""

TAKES_NOW = frozenset(["pandas.Timestamp", "pandas.to_datetime", "numpy.datetime64", "pandas.Period"])
"""Functions that read the clock where they are given ``"now"`` or ``"today"``."""

ANSWER_ATTRIBUTES: dict[str, Kind] = dict.fromkeys(
    ("os.environ", "sys.executable", "sys.prefix", "sys.path", "sys.argv"), "environment"
)
POOLS = frozenset(
    [
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.pool.ThreadPool",
    ]
)
CLIENTS = frozenset(["requests.Session", "requests.session", "httpx.Client", "urllib3.PoolManager"])
UNORDERED_METHODS = frozenset(["imap_unordered", "map_unordered"])
"""Methods of pools that give results as they come."""
PLACE_METHODS = frozenset(["resolve", "absolute", "expanduser", "cwd", "home"])
"""Methods of paths that bring in where the notebook lies."""
LISTING_METHODS = frozenset(["glob", "rglob", "iterdir"])
READERS = re.compile(r"[\w.]+\.(?:(?:read|scan)_\w+|loadtxt|genfromtxt|imread|open_m?f?dataset|open_zarr)")
"""Readers that also take a URL, of whatever library."""

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
        "categories",
        "n_classes_",
        "n_features_in_",
        "n_outputs_",
    ]
)
"""Attributes that stay the same when only the values vary."""

CONSTANT_CALLS = frozenset(
    "len isinstance issubclass type callable hasattr dir help range repr_ zeros_like ones_like numel".split()
)
"""Calls whose result stays the same when only the values of what they are given vary."""
SETTINGS_OF_MODELS = frozenset(["get_params", "get_config", "summary", "count_params", "get_feature_names_out"])
"""Methods of models that tell how they are made, not what they learnt."""
PATH_TEXT = frozenset(["abspath", "dirname", "expanduser", "join", "normpath", "realpath", "split", "splitext"])
"""Functions of ``os.path`` whose result still shows the path; the others tell of the file."""
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

_STARS = {"pylab": ("numpy.random", "numpy", "matplotlib.pyplot"), "matplotlib.pylab": ("numpy.random", "numpy")}


@cache
def star_names(module: str) -> dict[str, str]:
    """Names of these tables that ``from module import *`` binds -> their dotted names."""
    tables = (DRAWS, SEEDERS, GENERATORS, ANSWERS)
    found = {}
    for owner in _STARS.get(module, (module,)):
        for dotted in (each for table in tables for each in table):
            if dotted.rpartition(".")[0] == owner:
                found[dotted.rpartition(".")[2]] = dotted
    return found
