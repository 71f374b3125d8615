"""``jupyter repro rules``: what is looked for, and each rule's page."""

from __future__ import annotations

import argparse
import json

HELP = "list the rules, or print one rule's page"
EPILOG = """\
  jupyter repro rules                   every rule in a line
  jupyter repro rules RPN               those of a category or prefix
  jupyter repro rules stale-input       one rule's page: what, why it hurts, example, what to do instead, limits
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", nargs="?", help="a rule's code or name, or a prefix of codes")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    from jupyter_repro.analysis import selection
    from jupyter_repro.analysis.rules import RULES
    from jupyter_repro.analysis.rules.page import page
    from jupyter_repro.views.rules import rule_list, rule_page, rule_payload

    if args.code:
        selection.check_known([args.code], "the command line")
    codes = sorted(code for code in RULES if not args.code or selection.matches(code, args.code))
    if args.json:
        print(json.dumps({"version": 1, "rules": [rule_payload(RULES[code]) for code in codes]}, indent=1))
    elif args.code and len(codes) == 1:
        print(rule_page(RULES[codes[0]], page(RULES[codes[0]])), end="")
    else:
        print(rule_list(codes), end="")
    return 0
