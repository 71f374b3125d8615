"""Takes data from the network, unpinned.

## Why it hurts

Servers change, move and close. The same address gives other content next month, or none, and a clean room without
network cannot run the cell at all.

## Example

    # %% a
    import pandas as pd

    table = pd.read_csv("https://example.org/latest.csv")
    # %% b
    print(len(table), table)

## Instead

    # %% a
    import pandas as pd

    table = pd.read_csv("data/2026-01-01.csv")
    # %% b
    print(len(table), table)

Download once, keep the file with its digest in the project, and read that.

## Limits

Addresses that name a version, a commit or a digest are taken for pinned. What libraries download inside is known from
the journal only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from jupyter_repro.analysis.facts.context import Context
from jupyter_repro.analysis.facts.looks import has_magics
from jupyter_repro.analysis.findings.finding import Finding
from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.flow import nodes

_DOWNLOAD = re.compile(r"\b(?:wget|curl|git\s+clone|aws\s+s3|gsutil|kaggle)\b")
_PINNED = re.compile(
    r"\b[0-9a-f]{40}\b|/v?\d+\.\d+(?:\.\d+)?/|known_hash|sha256|zenodo\.org/records?/\d+|figshare\.com/ndownloader/files/\d+"
)


_DATASETS = re.compile(
    r"seaborn\.load_dataset|sklearn\.datasets\.fetch_\w+|statsmodels\..*get_rdataset|datasets\.load_dataset"
    r"|tensorflow_datasets\.load|openml\.\S+|nltk\.download|gdown\.download\w*|huggingface_hub\.\w+download"
    r"|kagglehub\.\w+download|xarray\.tutorial\.\w+|pandas_datareader\.\S+|(?:tensorflow\.)?keras\.datasets\.\w+\.load_data"
    r"|torch\.hub\.\w+|(?:transformers|diffusers|sentence_transformers)\.\S+\.from_pretrained|spacy\.cli\.download"
)
"""Calls that fetch a known data set once, and keep it for later."""


def _fetches(name: str, node: ast.Call) -> bool:
    """Whether a library's function downloads what it gives; one that is given a folder does not."""
    if name.startswith("torchvision.datasets."):
        return nodes.is_constant(nodes.keyword(node, "download"), True)
    return _DATASETS.fullmatch(name) is not None and not nodes.text_of(nodes.first(node)).startswith((".", "/"))


class NetworkInput(Rule):
    """An input comes from the network."""

    code = "RPD309"
    name = "network-input"
    severity = "warning"
    why = "The same address may give other content tomorrow, or none."

    def check(self, ctx: Context) -> Iterable[Finding]:
        """One finding for each cell that goes to the network; a note where a library fetches a known data set."""
        never_run = (cell for cell in ctx.cells if ctx.current_run(cell) is None)
        for cell in ctx.in_order(ctx.noisy, ctx.runs_with["outside"], ctx.where(has_magics), never_run):
            roots = [root for root in ctx.flows[cell.id].roots if root.kind == "network"]
            run = ctx.current_run(cell)
            seen = [each for each in run.outside if each.kind == "network"] if run is not None else []
            shell = [
                each
                for each in ctx.code(cell).magics
                if each.name in ("!", "%%bash", "%%sh") and _DOWNLOAD.search(cell.source)
            ]
            roots = [root for root in roots if not _PINNED.search(root.detail)]
            if run is not None and not seen and not shell:
                roots = []
            fetched = [name for name, node in ctx.calls(cell) if _fetches(name, node)] if run is None else []
            if fetched and not roots and not shell:
                yield self.found(
                    cell.id,
                    f"`{fetched[0]}` fetches a data set from the network where it is not kept yet",
                    "Keep a copy in the project.",
                    severity="info",
                )
                continue
            if not roots and not seen and not (shell and not _PINNED.search(cell.source)):
                continue
            what = [f"`{root.what}`" for root in roots] or [f"`{each.what}`" for each in seen] or ["a shell command"]
            users = [other.id for other in ctx.cells if any(root in ctx.flows[other.id].shown for root in roots)]
            yield self.found(
                cell.id,
                f"{', '.join(list(dict.fromkeys(what))[:3])} goes to the network",
                "Keep a copy in the project, or pin the address by version and digest.",
                cells=users,
            )
