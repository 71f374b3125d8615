# mypy: ignore-errors
"""What a notebook does that plain Python does not, one small function each; ``pipeline.py`` carries those it uses.

Their sources are copied into the script as they stand, so each imports what it needs, knows nothing of this package,
and goes without annotations.
"""

from __future__ import annotations


def show(value):
    """Print the value of a cell's last expression, as a notebook would show it."""
    if value is None:
        return
    globals()["_"] = value
    if type(value).__module__.startswith("matplotlib.") and type(value).__name__ == "Figure":
        save_figures(value)
        return
    try:
        from IPython.lib.pretty import pretty
    except ImportError:
        pretty = repr
    print(pretty(value))


def display(*values, **_):
    """Print each value, as ``display`` does where there is no notebook."""
    for value in values:
        show(value)


def save_figures(figure=None, **_):
    """Save the open matplotlib figures into ``figures/`` and close them, where a notebook would show them."""
    import sys
    from pathlib import Path

    plots = sys.modules.get("matplotlib.pyplot")
    if plots is None:
        return
    numbers = plots.get_fignums() if figure is None or not hasattr(figure, "savefig") else None
    for each in [plots.figure(number) for number in numbers] if numbers is not None else [figure]:
        Path("figures").mkdir(exist_ok=True)
        count = globals()["_figures"] = globals().get("_figures", 0) + 1
        each.savefig(f"figures/figure-{count:03}.png", bbox_inches="tight")
        print(f"(figures/figure-{count:03}.png)")
        plots.close(each)


def expanded(command):
    """A shell command with ``{expression}`` and ``$name`` filled in, as IPython does before it runs one."""
    import re
    import string

    names = globals()
    failures = (ArithmeticError, AttributeError, LookupError, NameError, SyntaxError, TypeError, ValueError)

    class Expressions(string.Formatter):
        def get_field(self, field, args, kwargs):
            return eval(field, names), field

    def value(found):
        if found[1]:
            return "$" + found[2]
        try:
            return str(eval(found[2], names))
        except failures:
            return found[0]

    try:
        command = Expressions().vformat(command, (), {})
    except failures:
        return command
    return re.sub(r"\$(\$?)([A-Za-z_]\w*(?:\.\w+)*)", value, command)


def shell(command):
    """Run a shell command (``!command`` in the notebook); its output goes where the script's output goes."""
    import subprocess
    import sys

    sys.stdout.flush()
    return_code = subprocess.run(expanded(command), shell=True, executable="/bin/sh").returncode
    globals()["_exit_code"] = return_code


def shell_lines(command):
    """The output lines of a shell command (``x = !command`` in the notebook)."""
    import subprocess

    done = subprocess.run(expanded(command), shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    globals()["_exit_code"] = done.returncode
    lines = done.stdout.splitlines()
    try:
        from IPython.utils.text import SList

        return SList(lines)
    except ImportError:
        return lines


def script(program, text):
    """Feed a text to an interpreter (``%%bash`` in the notebook); stop the pipeline where it fails, as there."""
    import shlex
    import subprocess
    import sys

    sys.stdout.flush()
    subprocess.run(shlex.split(program), input=text, text=True, check=True)


def write_file(path, text, append=False):
    """Write a text file (``%%writefile`` in the notebook)."""
    from pathlib import Path

    file = Path(path).expanduser()
    print(("Appending to " if append else "Overwriting " if file.exists() else "Writing ") + str(file))
    with file.open("a" if append else "w", encoding="utf-8") as stream:
        stream.write(text)


def run_file(path, *arguments, shared=False):
    """Run a Python file and take over its names (``%run`` in the notebook)."""
    import runpy
    import sys

    before, sys.argv = sys.argv, [path, *arguments]
    try:
        names = runpy.run_path(path, init_globals=dict(globals()) if shared else None, run_name="__main__")
    finally:
        sys.argv = before
    globals().update({name: value for name, value in names.items() if not name.startswith("__")})


def captured():
    """Keep what is printed inside ``with`` (``%%capture`` in the notebook); the text is in ``.stdout``."""
    import contextlib
    import io

    class Captured(contextlib.redirect_stdout):
        def __init__(self):
            super().__init__(io.StringIO())

        def __enter__(self):
            super().__enter__()
            return self

        @property
        def stdout(self):
            return self._new_target.getvalue()

        def show(self):
            print(self.stdout, end="")

        def __str__(self):
            return self.stdout

    return Captured()


def wait_for(coroutine):
    """Run a coroutine to its end on the script's one event loop (top-level ``await`` in the notebook)."""
    import asyncio

    loop = globals().setdefault("_loop", None) or asyncio.new_event_loop()
    globals()["_loop"] = loop
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(coroutine)


def expected_error():
    """Print the error that this step is expected to raise, and go on, as the notebook's user did."""
    import contextlib
    import sys
    import traceback

    class Expected(contextlib.AbstractContextManager):
        def __exit__(self, kind, error, trace):
            if kind is not None and issubclass(kind, Exception):
                traceback.print_exception(kind, error, trace, file=sys.stderr)
                return True
            return False

    return Expected()


def get_ipython():
    """An IPython that shares the script's names, for the magics that have no plain counterpart."""
    import sys

    from IPython.core.interactiveshell import InteractiveShell

    if not InteractiveShell.initialized():
        main = sys.modules["__main__"]
        InteractiveShell.instance(user_module=main, user_ns=vars(main))
    return InteractiveShell.instance()


def run_cell(source):
    """Run a cell in the embedded IPython; an error stops the pipeline."""
    get_ipython().run_cell(source).raise_error()
