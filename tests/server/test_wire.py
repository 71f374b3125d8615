"""The panel's types are what the payload says they are."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

import pytest

from jupyter_repro.views import typescript


def test_the_panels_types_are_up_to_date() -> None:
    assert typescript.TARGET.read_text(encoding="utf-8") == typescript.render(), "run: make docs"


class Sample(TypedDict):
    """Says something."""

    name: str
    counts: dict[str, int]
    some: list[float | None]
    kind: Literal["a", "b"]
    extra: NotRequired[bool]


def test_shapes_become_types() -> None:
    assert typescript._shape("Sample", Sample, {}) == (
        "/**\n * Says something.\n */\nexport type Sample = {\n  name: string;\n  counts: Record<string, number>;\n"
        "  some: (number | null)[];\n  kind: 'a' | 'b';\n  extra?: boolean;\n};\n"
    )


def test_a_type_without_a_word_is_refused() -> None:
    with pytest.raises(TypeError, match="no word for"):
        typescript._type(bytes, {})
