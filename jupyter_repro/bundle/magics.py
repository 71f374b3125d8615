"""IPython's magics and shell escapes as plain Python, or as a ``get_ipython()`` call with the reason why it stays one.

IPython itself turns a cell into Python full of ``get_ipython()`` calls; each such call is then replaced by the plain
code that does the same, in place, so that the rest of the cell stays as it was written.
"""

from __future__ import annotations

import ast
import re
import shlex
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

from IPython.core.inputtransformer2 import TransformerManager

from jupyter_repro.analysis.code.textspan import TextSpans
from jupyter_repro.bundle.codetext import indented, parsed

_DROPPED = {
    "autoreload": "reloading of edited modules means nothing in a script",
    "matplotlib": "figures are saved instead of shown",
    "config": "display settings of the notebook only",
    "precision": "display settings of the notebook only",
    "xmode": "display settings of the notebook only",
    "timeit": "timing only; it ran the code an unpredictable number of times",
    "prun": "profiling only",
    "lprun": "profiling only",
    "memit": "profiling only",
    "mprun": "profiling only",
    "who": "listing of names only",
    "whos": "listing of names only",
    "who_ls": "listing of names only",
    "psearch": "help only",
    "pinfo": "help only",
    "pinfo2": "help only",
    "pdoc": "help only",
    "psource": "help only",
    "history": "listing of the history only",
    "lsmagic": "help only",
    "magic": "help only",
    "quickref": "help only",
    "automagic": "input convenience only",
    "pprint": "display settings of the notebook only",
    "notebook": "input convenience only",
    "logstart": "logging of the session only",
    "logstop": "logging of the session only",
    "colors": "display settings of the notebook only",
    "pdb": "debugging only",
    "debug": "debugging only",
    "gui": "a script has no event loop of a notebook",
    "reload_ext": "reloading means nothing in a script",
    "watermark": "prints versions; the lock holds them",
    "nbdev_export": "packaging only",
}
_EXTENSIONS = {
    "autoreload",
    "jupyter_repro",
    "watermark",
    "line_profiler",
    "memory_profiler",
    "lab_black",
    "nb_black",
    "jupyter_black",
}
"""Extensions that change nothing a script computes."""
_INSTALLERS = {"pip", "conda", "mamba", "micromamba", "uv"}
_SHELLS = {"bash", "sh", "script", "system", "sx", "!"}


@dataclass(slots=True)
class Work:
    """What one cell's translation gathers."""

    calls: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    future: set[str] = field(default_factory=set)
    number: int = 0


def without_magics(source: str, work: Work) -> str:
    """The cell with its magics replaced; Python, unless something could not be told."""
    if parsed(source) is not None:
        return source
    head = re.match(r"\A\s*%%(?P<name>[\w.!]+)[ \t]*(?P<line>[^\n]*)\n?(?P<body>.*)\Z", source, re.DOTALL)
    if head:
        return _cell_magic(head["name"], head["line"].strip(), head["body"], work)
    try:
        text = TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError):
        return source
    tree = parsed(text)
    return text if tree is None else _replaced(text, tree, work)


def _replaced(text: str, tree: ast.Module, work: Work) -> str:
    """Every ``get_ipython().method(...)`` call that IPython's transformation put in, as plain code."""
    edits: list[tuple[int, int, str]] = []
    statements = {id(node.value): node for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    spans = TextSpans(text)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not is_shell_call(node):
            continue
        assert isinstance(node.func, ast.Attribute)
        arguments = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if len(arguments) != len(node.args) or not all(isinstance(each, str) for each in arguments):
            continue
        alone = id(node) in statements
        new = _call(node.func.attr, [str(each) for each in arguments], work, alone=alone)
        if new is not None:
            edits.append((*spans.of(node), new))
    for start, end, new in sorted(edits, reverse=True):
        line_start = text.rfind("\n", 0, start) + 1
        margin = text[line_start:start]
        if "\n" in new and not margin.strip():
            new = textwrap.indent(new, margin)[len(margin) :]
        text = text[:start] + new + text[end:]
    return text


def is_shell_call(node: ast.Call) -> bool:
    """Whether this is a ``get_ipython().method(...)`` call."""
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "get_ipython"
    )


def _call(method: str, arguments: list[str], work: Work, *, alone: bool) -> str | None:
    """Plain code for one call that IPython put in; None keeps the call."""
    match method, arguments:
        case "run_line_magic", [name, line]:
            return _line_magic(name, line, work, alone=alone)
        case "run_cell_magic", [name, line, body]:
            return _cell_magic(name, line, body, work)
        case "system", [command]:
            return _shell(command, work)
        case "getoutput", [command]:
            work.calls.add("shell_lines")
            return f"shell_lines({command!r})"
        case "set_next_input", _:
            return "pass"
        case _:
            return None


def _shell(command: str, work: Work) -> str:
    words = command.split()
    if words and (words[0] in _INSTALLERS or words[:3] in (["python", "-m", "pip"], ["python3", "-m", "pip"])):
        return _dropped(f"!{command}", "requirements.txt pins what it installed", work)
    work.calls.add("shell")
    return f"shell({command!r})"


def _dropped(what: str, why: str, work: Work) -> str:
    """A statement that does nothing, with the reason in a comment."""
    first = " ".join(what.split())
    work.notes.append(f"`{first}` was left out: {why}")
    return f"pass  # {first}: left out, {why}"


def _line_magic(name: str, line: str, work: Work, *, alone: bool) -> str | None:
    if name in ("time",):
        return _timed(line, alone=alone)
    if not alone:
        return _value_magic(name, line, work)
    if name in _INSTALLERS:
        return _dropped(f"%{name} {line}", "requirements.txt pins what it installed", work)
    if name == "load_ext" and line.strip().partition(".")[0] in _EXTENSIONS:
        return _dropped(f"%load_ext {line}", "it changes nothing that a script computes", work)
    if name in _DROPPED:
        return _dropped(f"%{name} {line}", _DROPPED[name], work)
    plain = _LINE.get(name)
    if plain is not None and (new := plain(line.strip(), work)) is not None:
        return new
    work.notes.append(f"`%{name}` has no plain counterpart; an embedded IPython runs it")
    return None


def _value_magic(name: str, line: str, work: Work) -> str | None:
    """A magic whose value is used."""
    if name in ("sx", "system"):
        work.calls.add("shell_lines")
        return f"shell_lines({line!r})"
    if name == "pwd":
        return '__import__("os").getcwd()'
    if name == "env" and re.fullmatch(r"\w+", line.strip()):
        return f'__import__("os").environ[{line.strip()!r}]'
    work.notes.append(f"the value of `%{name}` has no plain counterpart; an embedded IPython makes it")
    return None


def _timed(line: str, *, alone: bool) -> str | None:
    """The code that ``%time`` timed; its value is shown as without the magic."""
    code = re.sub(r"^(?:--?no-raise-error\s+)", "", line.strip())
    if not code:
        return "pass"
    if parsed(code) is None:
        return None
    return code if alone else f"({code})"


def _change_folder(line: str, work: Work) -> str | None:
    target = line.strip().strip("\"'") or "~"
    if target.startswith("-") or "$" in target or "{" in target:
        return None
    place = repr(target) if not target.startswith("~") else f"os.path.expanduser({target!r})"
    return f"import os\nos.chdir({place})"


def _run_file(line: str, work: Work) -> str | None:
    try:
        words = shlex.split(line)
    except ValueError:
        return None
    flags = [word for word in words if word.startswith("-")]
    if not words or (words[0] in flags and words[0] not in ("-i",)):
        return None
    shares = words[0] == "-i"
    words = words[1:] if shares else words
    if not words or ("." in words[0] and not words[0].endswith(".py")):
        return None
    if not words[0].endswith(".py"):
        words[0] += ".py"  # as IPython does
    work.calls.add("run_file")
    rest = "".join(f", {word!r}" for word in words[1:])
    return f"run_file({words[0]!r}{rest}{', shared=True' if shares else ''})"


def _environment(line: str, work: Work) -> str | None:
    match = re.fullmatch(r"(\w+)(?:\s*=\s*|\s+)(.+)", line, re.DOTALL)
    if not match or "{" in match[2] or "$" in match[2]:
        return None
    return f"import os\nos.environ[{match[1]!r}] = {match[2]!r}"


def _folder_shown(line: str, work: Work) -> str:
    return "import os\nprint(os.getcwd())"


def _pylab(line: str, work: Work) -> str:
    work.notes.append("`%pylab` was written out as the imports that it does")
    return (
        "import numpy\nimport matplotlib\nfrom matplotlib import pylab, mlab, pyplot\nnp = numpy\nplt = pyplot\n"
        "from pylab import *\nfrom numpy import *"
    )


def _shell_magic(line: str, work: Work) -> str:
    return _shell(line, work)


def _file_command(command: str) -> Callable[[str, Work], str]:
    return lambda line, work: _shell(f"{command} {line}".strip(), work)


_LINE: dict[str, Callable[[str, Work], str | None]] = {
    "cd": _change_folder,
    "run": _run_file,
    "env": _environment,
    "set_env": _environment,
    "pwd": _folder_shown,
    "pylab": _pylab,
    "system": _shell_magic,
    "sx": _shell_magic,
    **{command: _file_command(command) for command in ("ls", "cat", "cp", "mv", "rm", "mkdir", "rmdir", "ll", "lx")},
}


def _cell_magic(name: str, line: str, body: str, work: Work) -> str:
    if name in ("time",):
        before = line if line and parsed(line) is not None else ""
        return "\n".join(filter(None, [before, without_magics(body, work)]))
    if name == "capture":
        work.calls.add("captured")
        flags = [word for word in line.split() if word.startswith("-")]
        target = next((word for word in line.split() if not word.startswith("-")), "")
        if not flags:
            inside = without_magics(body, work)
            alias = f" as {target}" if target else ""
            return f"with captured(){alias}:\n{indented(inside)}"
    if name in _SHELLS and (name not in ("script",) or line) and not re.search(r"(^|\s)--(out|err|proc|bg)\b", line):
        work.calls.add("script")
        program = line if name == "script" else ("bash" if name == "bash" else "sh")
        return f"script({program!r}, {body!r})"
    if name in ("writefile", "file"):
        return _written(line, body, work)
    if name in ("timeit", "prun", "memit", "mprun", "lprun"):
        return _dropped(f"%%{name}", _DROPPED[name], work)
    if name in ("html", "HTML", "markdown", "latex", "svg", "SVG", "javascript", "js"):
        return _dropped(f"%%{name}", "it shows text in the notebook only", work)
    work.notes.append(f"`%%{name}` has no plain counterpart; an embedded IPython runs it")
    return f"get_ipython().run_cell_magic({name!r}, {line!r}, {body!r})"


def _written(line: str, body: str, work: Work) -> str:
    words = line.split()
    appends = any(word in ("-a", "--append") for word in words)
    target = next((word.strip("\"'") for word in words if not word.startswith("-")), "")
    work.calls.add("write_file")
    return f"write_file({target!r}, {body!r}{', append=True' if appends else ''})"
