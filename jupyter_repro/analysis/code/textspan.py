"""Where a syntax node stands in its source text."""

from __future__ import annotations

import ast


class TextSpans:
    """Character offsets of syntax nodes, whose own columns count the UTF-8 bytes of a line."""

    def __init__(self, text: str) -> None:
        from asttokens import LineNumbers  # slow to load, and most notebooks have nothing to fix

        self._lines = LineNumbers(text)

    def of(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Start and end, in characters from the start of the text; the end is exclusive."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._offset(node.lineno, node.col_offset), self._offset(end_line, end_column)

    def _offset(self, line: int, column: int) -> int:
        return self._lines.line_to_offset(line, self._lines.from_utf8_col(line, column))
