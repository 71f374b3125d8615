"""What a case of touching a file is: a cell to prepare, the cell that acts, and what that did to which file.

``D`` in the sources is a folder inside the project or outside it. Expected: file name -> modes, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

R, W, D = {"read"}, {"write"}, {"delete"}
RW = {"read", "write"}
RD = {"read", "delete"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One way. ``needs`` are modules without which it is skipped."""

    name: str
    act: str
    touches: dict[str, set[str]]
    setup: str = ""
    earlier: str = ""
    """Another cell between the two, which is recorded as well."""
    needs: tuple[str, ...] = ()
    may: dict[str, set[str]] = field(default_factory=dict)
    """Modes that may be reported too without being wrong (a library reads the header back, say)."""


TEXT = "open(f'{D}/a.txt', 'w').write('one\\ntwo\\n')"
CSV = "open(f'{D}/a.csv', 'w').write('x,y\\n1,2\\n3,4\\n')"
FRAME = "import pandas as pd; frame = pd.DataFrame({'x': [1, 3], 'y': [2, 4]})"
ARRAY = "import numpy as np; array = np.arange(12.0)"


def case(
    name: str,
    act: str,
    touches: dict[str, set[str]],
    setup: str = "",
    needs: tuple[str, ...] = (),
    may: dict[str, set[str]] | None = None,
    earlier: str = "",
) -> Case:
    return Case(name=name, act=act, touches=touches, setup=setup, needs=needs, may=may or {}, earlier=earlier)
