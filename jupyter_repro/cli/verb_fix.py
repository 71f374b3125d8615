"""``jupyter repro fix``: apply the fixes that the findings carry."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_repro.analysis.heal import Healed
    from jupyter_repro.model.document import Document

HELP = "apply the fixes that findings carry: seeds, sorting, order, restored cells"
EPILOG = """\
Only cells that a fix edits are changed, and they lose their outputs; all else in the file stays as it is. Cells that
have to run again are listed; --run runs the notebook from the top, with tracking, once the edits are in place.

  jupyter repro fix analysis.ipynb --diff            show what would change, change nothing
  jupyter repro fix analysis.ipynb                   fix all that has a fix
  jupyter repro fix analysis.ipynb --code RPN,stale-input --run
  jupyter repro fix analysis.ipynb --undo            put the notebook back as it was before the last fix

Exit code 0: done, or nothing to do. 1 with --diff or --dry-run: there is something to fix.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="NB", type=Path, help="the notebook to fix")
    parser.add_argument(
        "--code", metavar="CODES", default="", help="only these rules: codes, prefixes or names, comma-separated"
    )
    parser.add_argument("--diff", action="store_true", help="print the change of each cell, write nothing")
    parser.add_argument("--dry-run", action="store_true", help="list the fixes, write nothing")
    parser.add_argument("--undo", action="store_true", help="take the last fix back, unless the file changed since")
    parser.add_argument("--run", dest="rerun", action="store_true", help="run the notebook afterwards, with tracking")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.analysis import selection
    from jupyter_repro.analysis.heal import heal
    from jupyter_repro.model import document as documents
    from jupyter_repro.model import history as histories
    from jupyter_repro.model import rewrite

    if args.undo:
        return _undo(args.notebook)
    chosen = tuple(filter(None, args.code.split(",")))
    selection.check_known(chosen, "--code")
    document = documents.read(args.notebook)
    config = selection.load(args.notebook)
    content = rewrite.content_of(args.notebook)
    healed = heal(content, args.notebook, histories.load, config, chosen)
    looking = args.diff or args.dry_run
    if healed.changed and not looking:
        _write(args.notebook, healed)
    if args.json:
        print(json.dumps(_payload(args.notebook, healed, written=healed.changed and not looking), indent=1))
    elif args.diff:
        print(_diff(document, healed), end="")
    else:
        _tell(healed, looking=looking, running=args.rerun)
    if args.rerun and healed.to_run and not looking:
        return _run_again(args.notebook)
    return 1 if looking and healed.applied else 0


def _write(notebook: Path, healed: Healed) -> None:
    """Write the fixed notebook, and keep what was there before for --undo where there is a place for it."""
    from jupyter_repro.journal import undo
    from jupyter_repro.model import rewrite

    before = notebook.read_bytes()
    rewrite.write(notebook, healed.content)
    try:
        undo.keep(notebook, before, notebook.read_bytes())
    except OSError as error:
        print(f"this fix cannot be undone: {error}", file=sys.stderr)


def _undo(notebook: Path) -> int:
    from jupyter_repro.journal import undo

    undo.take_back(notebook)
    print(f"{notebook} is as it was before the last fix")
    return 0


def _tell(healed: Healed, *, looking: bool, running: bool) -> None:
    from jupyter_repro.model import rewrite

    if not healed.applied:
        print("nothing to fix" + (f"; {len(healed.left)} findings have no automatic fix" if healed.left else ""))
        return
    for finding in healed.applied:
        assert finding.fix is not None
        verb = "would fix" if looking else "fixed" if any(e.action != "rerun" for e in finding.fix.edits) else "to do"
        print(f"{verb} {finding.code} {finding.name}: {finding.fix.title} ({finding.message})")
    places = rewrite.places(healed.content, healed.to_run)
    if places and not running:
        print("to run, or call again with --run: " + ", ".join(places))


def _diff(document: Document, healed: Healed) -> str:
    from jupyter_repro.model import rewrite

    return rewrite.source_diff(document, healed.content)


def _payload(path: Path, healed: Healed, *, written: bool) -> dict[str, object]:
    from jupyter_repro.views.findings import finding_payload

    return {
        "version": 1,
        "notebook": str(path),
        "written": written,
        "applied": [finding_payload(finding) for finding in healed.applied],
        "to_run": list(healed.to_run),
        "left": [finding_payload(finding) for finding in healed.left],
    }


def _run_again(notebook: Path) -> int:
    from jupyter_repro import headless
    from jupyter_repro.model import document as documents

    document = documents.read(notebook)
    execution = headless.execute(document)
    headless.save(execution, document, notebook)
    print(f"ran {execution.executed} cells, {len(execution.failures)} failed")
    return 1 if execution.failures else 0
