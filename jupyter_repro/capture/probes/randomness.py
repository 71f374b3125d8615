"""Random numbers: which generators a run seeded and drew from, whether by a reproducible seed, and from what state.

A generator that moved was drawn from or seeded; that is seen whoever did it, scientific libraries that draw from
numpy's global state included. Seeding is heard as it happens (`seedcalls`) and followed back to what the seed was made
of (`provenance`).

Cannot see: generators inside compiled libraries, in child processes and in objects no variable leads to within a few
steps; entropy taken directly from the system (`os.urandom`, ``uuid``) is the business of the outside probe.
"""

from __future__ import annotations

import ast
import sys
from types import FrameType
from typing import Any

from jupyter_repro.capture.calls.imports import ImportWatch
from jupyter_repro.capture.code.cellmagics import unwrapped
from jupyter_repro.capture.code.names import CellNames, names_of
from jupyter_repro.capture.draws import generators
from jupyter_repro.capture.draws.callsites import function_of
from jupyter_repro.capture.draws.generators import GlobalGenerator
from jupyter_repro.capture.draws.holders import parts_of, value_at
from jupyter_repro.capture.draws.provenance import UNSTEADY, Origin, Provenance, Scope
from jupyter_repro.capture.draws.seedcalls import HEARD, SeedCalls
from jupyter_repro.capture.draws.seeding import Seeding, seedings
from jupyter_repro.capture.draws.statefiles import StateFiles
from jupyter_repro.capture.guard import tried
from jupyter_repro.capture.probe import Draft, Probe
from jupyter_repro.capture.values import bindings
from jupyter_repro.capture.values.kinds import ATOMS
from jupyter_repro.capture.values.reach import Reach
from jupyter_repro.capture.world.worldcalls import WorldCalls, is_users_code
from jupyter_repro.records import UNKNOWN_FINGERPRINT, Draw, Seed

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


_SEEDS_SHOWN = 16
"""Seedings of one generator in one run that are listed."""
_STATES_KNOWN = 1000
"""States whose making is remembered."""


class RandomnessProbe(Probe):
    """Watches the process-wide generators, and those that the user's variables lead to."""

    name = "randomness"

    def __init__(self, imports: ImportWatch | None = None) -> None:
        self._globals: dict[str, GlobalGenerator] = {}
        self._last: dict[str, tuple[bytes, generators.State | None]] = {}
        """Global generator -> where it stood when last looked at."""
        self._seeded: dict[str, bool] = {}
        """Generator -> whether a reproducible seed led to where it stands."""
        self._objects: dict[str, str] = {}
        """Path from a variable -> kind of the generator there."""
        self._states: dict[str, tuple[str, generators.State]] = {}
        self._known: dict[str, bool] = {}
        """State of a generator, as a digest -> whether a reproducible seed led to it."""
        self._made: dict[int, tuple[type, str, Origin]] = {}
        """Generator objects that were seeded in this run, by id: their type, the seed, what it was made of."""
        self._entropy: dict[int, Origin] = {}
        """What numpy generators say their seed was -> what that was made of."""
        self._fresh: dict[str, bool] = {}
        """Draws from fresh entropy in this run -> whether an import made them."""
        self._points: dict[str, bytes] = {}
        """Global generator -> where its last seeding in this run put it."""
        self._drawn_before: set[str] = set()
        """Global generators that were drawn from unseeded before this run seeded them."""
        self._drawn_seeded: set[str] = set()
        """Global generators that were drawn from after this run seeded them, before it gave them another state."""
        self._quiet = False
        self._modules = 0
        self._names = CellNames()
        self._draft: Draft | None = None
        self._previous: tuple[Draft, frozenset[str]] | None = None
        """The last run, and the names that were looked at when it ended."""
        self._files = StateFiles(lambda: self.folder())
        self._own_imports = ImportWatch() if imports is None else None
        self._calls = SeedCalls(self, imports or self._own_imports or ImportWatch())
        self._provenance = Provenance(WorldCalls(is_users_code), self._is_seeded)

    def start(self, shell: Any) -> str:
        """Note where the generators stand."""
        self._globals["random"] = generators.python_generator()
        self._look_for_globals()
        for name, generator in self._globals.items():
            self._last[name] = (generator.peek(), None)
        for name, value in list(shell.user_ns.items()):
            self._note_object(name, value)
        self._provenance.notebook = shell.user_ns
        self._calls.start()
        return "on"

    def before(self, draft: Draft) -> None:
        """Note where the generators stand that this cell could move."""
        self._catch_up(draft)
        self._names = names = names_of(draft.python, draft.tree) if draft.tree is not None else CellNames()
        self._quiet = _cannot_draw(names, draft)
        self._states = {}
        self._modules = len(sys.modules)
        tree = unwrapped(draft.tree, draft.magics) if draft.tree is not None and draft.magics else draft.tree
        self._provenance.cell, self._provenance.notebook = tree, draft.namespace
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
            value = value_at(path, draft.namespace)
            state = tried(generators.state_of, value, kind) if value is not None else None
            if state is None:
                self._objects.pop(path)
            else:
                self._states[path] = (_digest(state), state)
        for collected in (self._made, self._fresh, self._points, self._drawn_before, self._drawn_seeded):
            collected.clear()
        self._calls.begin()
        self._draft = draft

    def after(self, draft: Draft) -> None:
        """Compare, and say what was drawn."""
        self._draft = None
        tree = self._provenance.cell
        if draft.tree is None or tree is None:
            return
        if self._quiet:
            self._provenance.note_cell(tree, False)
            return
        self._look_for_globals()
        for name, generator in self._globals.items():
            self._compare(draft, name, generator)
        bound = self._generators_bound(draft)
        found = self._seedings(draft) if any(bound.values()) or self._states else []
        self._compare_objects(draft, found)
        self._new_objects(draft, found, bound)
        for label, by_import in self._fresh.items():
            if label not in {draw.generator for draw in draft.draws}:
                draft.draws.append(Draw(generator=label, seeded=False, by_import=by_import))
        asked = any(each.kind in ("clock", "entropy") for each in draft.outside)
        calls = {call.path for call in self._names.calls}
        unsteady = asked or any(not draw.seeded for draw in draft.draws) or not calls.isdisjoint(("hash", "id"))
        self._provenance.note_cell(tree, unsteady)
        self.sees_plain = bool(self._provenance.taints)
        self._previous = (draft, frozenset(bound))

    def idle(self, budget: float) -> list[tuple[int, dict[str, Any]]]:
        """Write the states that were kept."""
        self._files.write()
        return []

    def stop(self) -> None:
        """Put back what was replaced and write what is left."""
        self._calls.stop()
        if self._own_imports is not None:
            self._own_imports.stop()
        self._files.write()

    # what `SeedCalls` hears while a cell runs

    def about_to_seed(self, generator: str) -> None:
        """Draws up to now came from where the generator stood before."""
        known = self._globals.get(generator)
        if self._draft is None or known is None or generator not in self._last:
            return
        stood = self._points.get(generator, self._last[generator][0])
        if known.peek() != stood:
            (self._drawn_seeded if self._seeded.get(generator, False) else self._drawn_before).add(generator)

    def seeded(self, generator: str, value: Any, frame: FrameType | None) -> None:
        """A process-wide generator was seeded."""
        origin, text = self._provenance.of_running_call(frame, value)
        self._note_seed(generator, _shown(value, text), origin)

    def state_set(self, generator: str) -> None:
        """A process-wide generator was put back to a state; one from elsewhere counts as computed."""
        known = self._globals.get(generator)
        kept = self._known.get(generators.digest_of(known.peek())) if known is not None else None
        self._note_seed(generator, "a kept state", "entropy" if kept is False else "computed")

    def state_taken(self, generator: str) -> None:
        """Somebody keeps a state: remember whether it is reproducible."""
        known = self._globals.get(generator)
        if known is not None:
            self._remember(generators.digest_of(known.peek()), self._seeded.get(generator, False))

    def object_seeded(self, made: Any, value: Any, frame: FrameType | None) -> None:
        """A generator object was given a seed, or told to take entropy."""
        if self._draft is None:
            return
        origin, text = self._provenance.of_running_call(frame, value)
        self._made[id(made)] = (type(made), _shown(value, text), origin)
        entropy = generators.entropy_of(made)
        if entropy is not None:
            self._entropy[entropy] = origin

    def fresh(self, entropy: int, maker: str, frame: FrameType | None) -> None:
        """A numpy generator took fresh entropy."""
        if len(self._entropy) > _STATES_KNOWN:
            self._entropy.clear()
        self._entropy[entropy] = "entropy"
        if self._draft is not None:
            label = f"unseeded:{'RandomState' if maker == 'RandomState' else 'default_rng'}()"
            self._fresh[label] = self._fresh.get(label, True) and _is_importing(frame)

    def _note_seed(self, generator: str, value: str, origin: Origin) -> None:
        self._seeded[generator] = origin not in UNSTEADY
        known = self._globals.get(generator)
        if known is None or self._draft is None:
            return
        self._points[generator] = known.peek()
        seed = Seed(generator=generator, value=value, origin=origin)
        mine = [each for each in self._draft.seeds if each.generator == generator]
        if seed not in mine and len(mine) < _SEEDS_SHOWN:
            self._draft.seeds.append(seed)

    # process-wide generators

    def _look_for_globals(self) -> None:
        for name, make in _MAKERS.items():
            if name not in self._globals:
                generator = tried(make)
                if generator is not None:
                    self._globals[name] = generator

    def _compare(self, draft: Draft, name: str, generator: GlobalGenerator) -> None:
        old = self._last.get(name)
        peeked = generator.peek()
        moved = old is None or peeked != old[0]
        seeded_here = name in self._points
        if not seeded_here and name in self._seeded and old is None:
            seeded_here = True  # by the run that imported its library
        if old is None and not seeded_here and generator.fresh():
            self._last[name] = (peeked, None)
            return
        if moved and not seeded_here and name not in HEARD:
            seeded_here = self._seeded_unheard(draft, name)
        if not moved and not seeded_here:
            if name == "tensorflow" and not self._seeded.get(name) and self._calls_random_of("tensorflow", draft):
                draft.draws.append(Draw(generator=name, seeded=False))  # each operation takes entropy: no state moves
            return
        before = generators.digest_of(old[0]) if old is not None else UNKNOWN_FINGERPRINT
        state = old[1] if old is not None else None
        after = generators.digest_of(peeked)
        reproducible = self._seeded.get(name, False)
        self._remember(after, reproducible)
        put_back = name in self._drawn_seeded and peeked == self._points.get(name)  # nothing was drawn since
        draft.draws.append(
            Draw(
                generator=name,
                before=before,
                after=after,
                seeded=(reproducible or put_back) and name not in self._drawn_before,
                state=self._files.keep(before, state) if state is not None else None,
                by_import=not seeded_here and self._only_imports(),
            )
        )
        self._last[name] = (peeked, None)

    def _calls_random_of(self, library: str, draft: Draft) -> bool:
        """Whether the cell calls a function below the library's ``random`` that is not told a seed."""
        for call in self._names.calls:
            root, _, rest = call.path.partition(".")
            home = getattr(draft.namespace.get(root), "__name__", "")
            draws = f"{home}.{rest}".startswith(f"{library}.random.") and "seed" not in (*call.keywords, rest)
            if draws and not rest.endswith(("set_seed", "from_seed", "Generator")):
                return True
        return False

    def _seeded_unheard(self, draft: Draft, name: str) -> bool:
        """A generator whose seeding cannot be heard moved: a call with ``seed`` in its name will have done it."""
        if not any("seed" in call.path.rpartition(".")[2].lower() for call in self._names.calls):
            return False
        draft.seeds.append(Seed(generator=name, value="", origin="computed"))
        self._seeded[name] = True
        return True

    def _remember(self, digest: str, reproducible: bool) -> None:
        if len(self._known) > _STATES_KNOWN:
            self._known.clear()
        self._known[digest] = reproducible

    def _only_imports(self) -> bool:
        """Whether the run imported something and called nothing that could draw."""
        return len(sys.modules) > self._modules and all(
            call.path.rpartition(".")[2] in _HARMLESS_CALLS for call in self._names.calls
        )

    def _is_seeded(self, value: Any) -> bool | None:
        """Whether the generator that a value is, or is a method of, is seeded; None where it has to do with none."""
        owner = getattr(value, "__self__", value) if callable(value) else value
        name = generators.global_of(owner, value)
        if name:
            return self._seeded.get(name, False)
        kind = tried(generators.kind_of_generator, owner)
        if not kind:
            return None
        for path, each in self._objects.items():
            if each == kind and value_at(path, self._provenance.notebook) is owner:
                return self._seeded.get(f"{kind}:{path}", True)
        return self._origin_of(owner, kind) not in UNSTEADY

    # generators in variables

    def _catch_up(self, draft: Draft) -> None:
        """Variables that the last run bound or changed by other ways than this probe can see while it ran."""
        if self._previous is None:
            return
        (previous, looked_at), self._previous = self._previous, None
        for name in {*previous.kinds, *previous.mutates} - looked_at:
            if name in draft.namespace:
                self._note_object(name, draft.namespace[name])

    def _note_object(self, name: str, value: Any) -> list[str]:
        """Remember the generators a variable leads to; their paths."""
        found = []
        if bindings.is_users(name):
            for path, part in parts_of(name, value):
                kind = generators.kind_of_generator(part)
                if kind and not generators.global_of(part, part):  # that is watched as such, whoever holds it
                    self._objects[path] = kind
                    found.append(path)
        return found

    def _compare_objects(self, draft: Draft, found: list[Seeding]) -> None:
        for path, (before, state) in self._states.items():
            kind = self._objects[path]
            value = value_at(path, draft.namespace)
            now = tried(generators.state_of, value, kind) if value is not None else None
            if now is None or path in self._names.binds:
                continue
            after = _digest(now)
            if after == before:
                continue
            label = f"{kind}:{path}"
            reseeded = self._reseeded(path, value, after, found)
            if reseeded is not None:
                self._seeded[label] = reseeded.origin not in UNSTEADY
                draft.seeds.append(Seed(generator=label, value=reseeded.value, origin=reseeded.origin))
            seeded = self._seeded.setdefault(label, self._origin_of(value, kind) not in UNSTEADY)
            self._remember(after, seeded)
            draft.draws.append(
                Draw(generator=label, before=before, after=after, seeded=seeded, state=self._files.keep(before, state))
            )

    def _reseeded(self, path: str, value: Any, after: str, found: list[Seeding]) -> Seeding | None:
        """How this run gave an existing generator another state than by drawing, None where it did not."""
        made = self._made.get(id(value))
        if made is not None and made[0] is type(value):
            return Seeding("", made[1], made[2])
        for each in found:
            if each.target == path and not each.kind:
                return each
        known = self._known.get(after)
        if known is not None and known != self._seeded.get(f"{self._objects[path]}:{path}"):
            return Seeding("", "a kept state", "computed" if known else "entropy")
        return None

    def _generators_bound(self, draft: Draft) -> dict[str, list[str]]:
        """The paths of generators that the names lead to which the run's text binds or changes."""
        return {
            name: self._note_object(name, draft.namespace[name])
            for name in (*self._names.binds, *self._names.stores)
            if name in draft.namespace
        }

    def _seedings(self, draft: Draft) -> list[Seeding]:
        """Constructors in the cell and in the user's functions that it calls."""
        tree = self._provenance.cell
        found = list(seedings(tree, Scope(tree, draft.namespace), self._provenance)) if tree is not None else []
        reach = Reach(draft.namespace)
        for call in self._names.calls:
            root = call.path.partition(".")[0]
            if root in draft.namespace and bindings.is_users(root):
                reach.follow(draft.namespace[root])
        for code in reach.codes:
            node = function_of(code)
            if node is not None:
                found += seedings(node, Scope(node, draft.namespace), self._provenance)
        return found

    def _origin_of(self, value: Any, kind: str) -> Origin:
        """What an object's seed was made of, as far as the object and what was heard tell."""
        made = self._made.get(id(value))
        if made is not None and made[0] is type(value):
            return made[2]
        entropy = generators.entropy_of(value)
        if entropy is not None and entropy in self._entropy:
            return self._entropy[entropy]
        hears = "numpy" in self._calls.listening
        return "entropy" if not hears and generators.drawn_from_entropy(value, kind) else "computed"

    def _new_objects(self, draft: Draft, found: list[Seeding], bound: dict[str, list[str]]) -> None:
        """Generators that this run made."""
        made = [each for each in found if each.kind]
        for name, paths in bound.items():
            for path in paths:
                label = f"{self._objects[path]}:{path}"
                if path in self._states and name not in self._names.binds:
                    continue
                self._describe_new(draft, path, label, made)

    def _describe_new(self, draft: Draft, path: str, label: str, made: list[Seeding]) -> None:
        kind = self._objects[path]
        value = value_at(path, draft.namespace)
        origin, text = self._origin_of(value, kind), ""
        heard = self._made.get(id(value))
        if heard is not None and heard[0] is type(value):
            text = heard[1]
        state = tried(generators.state_of, value, kind)
        digest = _digest(state) if state is not None else ""
        if heard is None and origin == "computed":
            known = self._known.get(digest)
            seeding = next((each for each in made if each.target == path), None) or _agreed(made)
            if known is not None:
                origin = "computed" if known else "entropy"
            elif seeding is not None and seeding.origin != "entropy":
                origin, text = seeding.origin, seeding.value
            elif seeding is not None and seeding.value:
                origin = "entropy"
        self._seeded[label] = origin not in UNSTEADY
        self._remember(digest, self._seeded[label])
        if origin == "entropy" and not text:
            self._fresh.setdefault(f"unseeded:{_constructor(kind)}()", False)
        else:
            draft.seeds.append(Seed(generator=label, value=text, origin=origin))


def _agreed(made: list[Seeding]) -> Seeding | None:
    """The constructor call that made an object of unknown descent: the only one there is, or the least reproducible."""
    unsteady = [each for each in made if each.origin in UNSTEADY and each.value]
    if unsteady:
        return unsteady[0]
    return made[0] if len(made) == 1 else None


def _shown(value: Any, text: str) -> str:
    """The seed in a few characters; nobody's ``__repr__`` runs."""
    if value is None:
        return ""
    return repr(value)[:80] if type(value) in (int, float, str, bytes) else text


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


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


def _digest(state: generators.State) -> str:
    return generators.digest_of(repr(state).encode())
