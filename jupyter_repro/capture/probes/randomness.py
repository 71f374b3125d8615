"""Random numbers: which generators a run seeded and drew from, whether by a reproducible seed, and from what state.

A generator that moved was drawn from or seeded; that is seen whoever did it, scientific libraries that draw from
numpy's global state included. What moved it is told by the cell's text (`seeding`).

Cannot see: generators inside compiled libraries, in child processes and in objects no variable leads to within one
step; entropy taken directly from the system (`os.urandom`, ``uuid``) is the business of the outside probe.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from typing import Any

from jupyter_repro.capture.guard import tried
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.probes import bindings, generators
from jupyter_repro.capture.probes import fingerprint_instances as instances
from jupyter_repro.capture.probes.generators import GlobalGenerator
from jupyter_repro.capture.probes.kinds import ATOMS, SEQUENCES
from jupyter_repro.capture.probes.names import CellNames, names_of
from jupyter_repro.capture.probes.reach import Reach, facts_of
from jupyter_repro.capture.probes.seeding import Origins, Seeding, seedings
from jupyter_repro.capture.probes.statefiles import StateFiles
from jupyter_repro.records import UNKNOWN_FINGERPRINT, Draw, Seed

_REPRODUCIBLE = ("constant", "computed")
_HARMLESS_CALLS = frozenset(
    "filterwarnings simplefilter use set_theme set_style set_context set set_option set_printoptions getLogger "
    "basicConfig run_line_magic get_ipython print Path getcwd chdir join insert append setLevel set_loglevel "
    "enable_notebook set_palette register_matplotlib_converters len str exists isdir abspath dirname".split()
)
"""Calls seen beside imports at the head of a notebook that draw nothing."""
_MAKERS = {
    "numpy": generators.numpy_generator,
    "torch": generators.torch_generator,
    "torch.cuda": generators.cuda_generator,
    "tensorflow": generators.tensorflow_generator,
}


class RandomnessProbe(Probe):
    """Watches the process-wide generators, and those in the user's variables."""

    name = "randomness"

    def __init__(self) -> None:
        self._globals: dict[str, GlobalGenerator] = {}
        self._last: dict[str, tuple[bytes, generators.State | None]] = {}
        """Global generator -> where it stood when last looked at."""
        self._seeded: dict[str, bool] = {}
        """Generator -> whether a reproducible seed led to where it stands."""
        self._objects: dict[str, str] = {}
        """Variable (or ``variable.attribute``) -> kind of the generator it holds."""
        self._states: dict[str, tuple[str, generators.State]] = {}
        self._origins = Origins()
        self._quiet = False
        self._modules = 0
        self._names = CellNames()
        self._previous: Draft | None = None
        self._files = StateFiles(lambda: self.folder())

    def start(self, shell: Any) -> str:
        """Note where the generators stand."""
        self._globals["random"] = generators.python_generator()
        self._look_for_globals()
        for name, generator in self._globals.items():
            self._last[name] = (generator.peek(), None)
        for name, value in list(shell.user_ns.items()):
            self._note_object(name, value)
        return "on"

    def before(self, draft: Draft) -> None:
        """Note where the generators stand that this cell could move."""
        self._catch_up(draft)
        self._names = names = names_of(draft.python, draft.tree) if draft.tree is not None else CellNames()
        self._quiet = _cannot_draw(names, draft)
        self._states = {}
        self._modules = len(sys.modules)
        if self._quiet:
            return
        for name, generator in self._globals.items():
            peeked = generator.peek()
            if name not in self._last or peeked != self._last[name][0]:
                self._last[name] = (peeked, None)
                if name in self._seeded:
                    self._seeded[name] = False  # moved between runs, by nobody we know
            if self._last[name][1] is None:
                self._last[name] = (peeked, generator.state())
        for path, kind in list(self._objects.items()):
            value = _value_at(path, draft.namespace)
            state = tried(generators.state_of, value, kind) if value is not None else None
            if state is None:
                self._objects.pop(path)
            else:
                self._states[path] = (_digest(state), state)

    def after(self, draft: Draft) -> None:
        """Compare, and say what was seeded and drawn."""
        if self._quiet or draft.tree is None:
            return
        found = list(seedings(draft.tree, draft.namespace, self._origins))
        found += self._seedings_in_functions(draft)
        self._origins.note(draft.tree, draft.namespace)
        self._look_for_globals()
        for name, generator in self._globals.items():
            self._compare(draft, name, generator, [each for each in found if each.generator in (name, "*")])
        self._compare_objects(draft)
        self._new_objects(draft, found)
        self._previous = draft

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        """Write the states that were kept."""
        self._files.write()
        return []

    def stop(self) -> None:
        """Write what is left."""
        self._files.write()

    # process-wide generators

    def _look_for_globals(self) -> None:
        for name, make in _MAKERS.items():
            if name not in self._globals:
                generator = tried(make)
                if generator is not None:
                    self._globals[name] = generator

    def _compare(self, draft: Draft, name: str, generator: GlobalGenerator, seeded_by: list[Seeding]) -> None:
        old = self._last.get(name)
        peeked = generator.peek()
        moved = old is None or peeked != old[0]
        direct = [each for each in seeded_by if each.generator == name]
        if old is None and not direct:  # the library was imported by this run
            self._last[name] = (peeked, None)
            return
        if moved and not direct:
            direct = [each for each in seeded_by if self._proves(name, generator, each)]
        for each in direct:
            draft.seeds.append(Seed(generator=name, value=each.value, origin=each.origin))
            self._seeded[name] = each.origin in _REPRODUCIBLE
        if not moved and not direct:
            return
        before = generators.digest_of(old[0]) if old is not None else UNKNOWN_FINGERPRINT
        state = old[1] if old is not None else None
        draft.draws.append(
            Draw(
                generator=name,
                before=before,
                after=generators.digest_of(peeked),
                seeded=self._seeded.get(name, False),
                state=self._files.keep(before, state) if state is not None else None,
                by_import=not direct and self._only_imports(),
            )
        )
        self._last[name] = (peeked, None)

    def _only_imports(self) -> bool:
        """Whether the run imported something and called nothing that could draw."""
        return len(sys.modules) > self._modules and all(
            call.path.rpartition(".")[2] in _HARMLESS_CALLS for call in self._names.calls
        )

    def _proves(self, name: str, generator: GlobalGenerator, seeding: Seeding) -> bool:
        """Whether a call that only has ``seed`` in its name seeded this generator: it moved in the run of that call."""
        return seeding.origin != "entropy" or seeding.value == ""

    def _seedings_in_functions(self, draft: Draft) -> list[Seeding]:
        """Seeds that the notebook's own functions set when the cell calls them."""
        reach = Reach(draft.namespace)
        for call in self._names.calls:
            root = call.path.partition(".")[0]
            if root in draft.namespace and bindings.is_users(root):
                reach.follow(draft.namespace[root])
        if not any("seed" in each.lower() for code in reach.codes for each in facts_of(code)[1] | facts_of(code)[0]):
            return []
        values = [
            repr(each)
            for node in ast.walk(draft.tree or ast.Module([], []))
            if isinstance(node, ast.Constant) and type(node.value) is int
            for each in [node.value]
        ]
        return [Seeding("*", values[0] if values else "", "computed")]

    # generators in variables

    def _catch_up(self, draft: Draft) -> None:
        """Variables that the last run bound by other ways than this probe can see while it ran."""
        previous, self._previous = self._previous, None
        if previous is not None:
            for name in previous.kinds:
                if name in draft.namespace:
                    self._note_object(name, draft.namespace[name])

    def _note_object(self, name: str, value: Any) -> list[str]:
        """Remember the generators a variable holds; their paths."""
        found = []
        for path, part in _parts(name, value):
            kind = generators.kind_of_generator(part)
            if kind:
                self._objects[path] = kind
                found.append(path)
        return found

    def _compare_objects(self, draft: Draft) -> None:
        for path, (before, state) in self._states.items():
            value = _value_at(path, draft.namespace)
            now = tried(generators.state_of, value, self._objects[path]) if value is not None else None
            if now is None or path.partition(".")[0] in self._names.binds:
                continue
            after = _digest(now)
            if after == before:
                continue
            label = f"{self._objects[path]}:{path}"
            draft.draws.append(
                Draw(
                    generator=label,
                    before=before,
                    after=after,
                    seeded=self._seeded.get(label, not generators.drawn_from_entropy(value, self._objects[path])),
                    state=self._files.keep(before, state),
                )
            )

    def _new_objects(self, draft: Draft, found: Iterable[Seeding]) -> None:
        """Generators that this run made."""
        made = [each for each in found if each.generator in generators._NAMED.values()]
        for name in self._names.binds:
            if name not in draft.namespace:
                continue
            for path in self._note_object(name, draft.namespace[name]):
                kind = self._objects[path]
                label = f"{kind}:{path}"
                value = _value_at(path, draft.namespace)
                entropy = generators.drawn_from_entropy(value, kind)
                seeding = next((each for each in made if each.target == name), made[0] if len(made) == 1 else None)
                origin = "entropy" if entropy else seeding.origin if seeding is not None else "computed"
                self._seeded[label] = origin in _REPRODUCIBLE
                if origin == "entropy":
                    draft.draws.append(Draw(generator=f"unseeded:{_constructor(kind)}()", seeded=False))
                else:
                    draft.seeds.append(Seed(generator=label, value=seeding.value if seeding else "", origin=origin))
        already = {draw.generator for draw in draft.draws}
        for each in made:
            label = f"unseeded:{_constructor(each.generator)}()"
            if each.origin == "entropy" and not each.target and label not in already:
                draft.draws.append(Draw(generator=label, seeded=False))


def _constructor(kind: str) -> str:
    return {"numpy.Generator": "default_rng", "numpy.RandomState": "RandomState"}.get(kind, kind.rpartition(".")[2])


def _cannot_draw(names: CellNames, draft: Draft) -> bool:
    """Whether nothing in the cell could call anything: only then is looking spared."""
    if names.calls or names.opaque or draft.tree is None or draft.magics:
        return draft.tree is None
    for name in names.reads | names.maybe:
        if name in draft.namespace and type(draft.namespace[name]) not in ATOMS:
            return False
    return not any(isinstance(node, (ast.Import, ast.ImportFrom, ast.With, ast.ClassDef)) for node in draft.tree.body)


def _parts(name: str, value: Any) -> list[tuple[str, Any]]:
    """A variable's value, and what is one step inside it, by path."""
    found = [(name, value)]
    kind = type(value)
    if kind in ATOMS or not bindings.is_users(name):
        return []
    if kind is dict and len(value) <= 20:
        found += [(f"{name}.{key}", item) for key, item in list(value.items()) if type(key) is str]
    elif kind in SEQUENCES and len(value) <= 20:
        found += [(f"{name}.{number}", item) for number, item in enumerate(value)]
    elif instances.module_of(kind) == "__main__":
        members = instances.instance_dict(value, kind) or {}
        found += [(f"{name}.{key}", item) for key, item in list(members.items())[:50] if type(key) is str]
    return found


def _value_at(path: str, namespace: dict[str, Any]) -> Any:
    name = path.partition(".")[0]
    if name not in namespace:
        return None
    for each, value in _parts(name, namespace[name]):
        if each == path:
            return value
    return None


def _digest(state: generators.State) -> str:
    return generators.digest_of(repr(state).encode())
