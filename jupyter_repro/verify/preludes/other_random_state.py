"""Run in a kernel before its first cell: the global generators start from a state that no fresh kernel has."""

import random

SEED = 986_321_457

random.seed(SEED)
try:
    import numpy
except ImportError:
    pass
else:
    numpy.random.seed(SEED)
