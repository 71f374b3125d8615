"""Stories of a user at work; for each the forecast must be what a replay really does, and say why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_repro.analysis.forecast.walk import forecast
from jupyter_repro.model.history import History
from tests.analysis.mini_kernel import Notebook

Story = Callable[[Notebook], None]


def run_in_order(nb: Notebook) -> None:
    nb.add("x = 1", "y = x + 1", "y")
    nb.run_all()


def deleted_cell(nb: Notebook) -> None:
    nb.add("data = [3, 1, 2]", "data = sorted(data)", "data")
    nb.run_all()
    nb.delete("c1")


def deleted_definition(nb: Notebook) -> None:
    nb.add("import math", "r = 2", "math.pi * r", "print(r)")
    nb.run_all()
    nb.delete("c0")


def failing_cell_takes_its_names_along(nb: Notebook) -> None:
    nb.add("a = 1", "b = a + 1\nc = 5", "c", "b")
    nb.run_all()
    nb.delete("c0")


def names_before_the_failure_are_there(nb: Notebook) -> None:
    nb.add("a = 1", "c = 5\nb = a + 1", "c", "b")
    nb.run_all()
    nb.delete("c0")


def what_a_failed_run_never_came_to(nb: Notebook) -> None:
    """It raises at the import whatever the data are."""
    nb.add("data = [3, 1]", "import not_there_at_all\nprint(data)", "data")
    nb.run_all()
    nb.edit("c0", "data = [4, 1]")


def edited_below_the_failure(nb: Notebook) -> None:
    nb.add("data = [3, 1]", "a = sorted(data)\nb = a[9]\nc = 1", "c", "a")
    nb.run_all()
    nb.edit("c1", "a = sorted(data)\nb = a[9]\nc = 2")


def edited_above_the_failure(nb: Notebook) -> None:
    nb.add("data = [3, 1]", "print(len(data))\nb = data[9]\nc = 1", "c")
    nb.run_all()
    nb.edit("c1", "print(len(data) + 1)\nb = data[9]\nc = 1")


def a_place_beyond_the_end(nb: Notebook) -> None:
    nb.add("words = ['a', 'b']", "first = words[1]\nprint(first)", "first")
    nb.run_all()
    nb.edit("c1", "first = words[2]\nprint(first)")


def a_place_that_was_not_there_before(nb: Notebook) -> None:
    """Another list of the same length changes nothing of it."""
    nb.add("words = ['a', 'b']", "print('first')\nword = words[2]", "words")
    nb.run_all()
    nb.edit("c0", "words = ['a', 'c']")
    nb.run("c0", "c2")


_SCORED = (
    "def score(x, y):\n    if len(x) != len(y):\n        raise ValueError\n    return len(x)",
    "x, y = [1, 2, 3], [1, 2, 3]",
    "x = x[1:]\ny = y[1:]",
    "s = score(x, y)",
    "s",
)


def values_that_no_longer_go_together(nb: Notebook) -> None:
    nb.add(*_SCORED)
    nb.run_all()
    nb.edit("c2", "x = x[2:]\ny = y[1:]")
    nb.run("c1", "c2")


def values_that_go_together_in_another_length(nb: Notebook) -> None:
    nb.add(*_SCORED)
    nb.run_all()
    nb.edit("c2", "x = x[2:]\ny = y[2:]")
    nb.run("c1", "c2")


def values_that_never_went_together(nb: Notebook) -> None:
    nb.add("def score(x, y):\n    return len(x) + len(y)", "x, y = [1, 2, 3], [1, 2]", "x = x[0:]", "score(x, y)")
    nb.run_all()
    nb.edit("c2", "x = x[2:]")
    nb.run("c1", "c2")


def a_draw_whose_factor_was_edited(nb: Notebook) -> None:
    """As many numbers are drawn as before: what is drawn further down stays."""
    nb.add("import random\nrandom.seed(1)", "n = 3\na = 2\nx = a * random.uniform(0, n)", "print(random.random())", "x")
    nb.run_all()
    nb.edit("c1", "n = 3\na = 5\nx = a * random.uniform(0, n)")


def a_draw_whose_count_was_edited(nb: Notebook) -> None:
    nb.add("import random\nrandom.seed(1)", "n = 3\nx = random.sample(range(9), n)", "print(random.random())", "'x'")
    nb.run_all()
    nb.edit("c1", "n = 5\nx = random.sample(range(9), n)")


def a_draw_in_a_loop_that_was_edited(nb: Notebook) -> None:
    nb.add("import random\nrandom.seed(1)", "x = [random.random() for _ in range(2)]", "print(random.random())", "'x'")
    nb.run_all()
    nb.edit("c1", "x = [random.random() for _ in range(3)]")


def a_model_that_would_never_be_fitted(nb: Notebook) -> None:
    model = "class M:\n    def fit(self, d):\n        self.m_ = sum(d)\n    def predict(self):\n        return self.m_"
    nb.add(model, "d = [1, 2]", "m = M()\nm.fit(d)", "m.m_", "print(m.predict())")
    nb.run_all()
    nb.edit("c1", "other = [1, 2]")


def a_place_that_an_edit_above_makes(nb: Notebook) -> None:
    nb.add("steps = [1, 2]", "first = steps[1]\nprint(first)", "first")
    nb.run_all()
    nb.edit("c0", "steps = [1, 2, 3]")
    nb.edit("c1", "first = steps[2]\nprint(first)")


def asked_another_question(nb: Notebook) -> None:
    """The object keeps what it worked out, and answers the next question as before."""
    made = "import difflib\nm = difflib.SequenceMatcher(None, 'abxcd', 'abcd')"
    nb.add(made, "print(m.get_matching_blocks()[0])", "print(m.get_opcodes())", "m.ratio()")
    nb.run_all()
    nb.edit("c1", "print(m.get_matching_blocks()[1])")
    nb.run("c1")


def asked_and_told(nb: Notebook) -> None:
    made = "import difflib\nm = difflib.SequenceMatcher(None, 'abxcd', 'abcd')"
    nb.add(made, "m.set_seq2('abc')\nprint(m.get_opcodes())", "print(m.get_matching_blocks())")
    nb.run_all()
    nb.edit("c1", "m.set_seq2('abd')\nprint(m.get_opcodes())")


def out_of_order(nb: Notebook) -> None:
    nb.add("x = 1", "x", "x = 2", "x")
    nb.run("c0", "c2", "c1", "c3")


def out_of_order_without_harm(nb: Notebook) -> None:
    nb.add("x = 1", "y = 2", "x + y")
    nb.run("c1", "c0", "c2")


def defined_further_down(nb: Notebook) -> None:
    nb.add("print(rate)", "rate = 3", "rate")
    nb.run("c1", "c0", "c2")


def edited_without_rerun(nb: Notebook) -> None:
    nb.add("n = 3", "list(range(n))", "'done'")
    nb.run_all()
    nb.edit("c0", "n = 4")


def edited_output_cell(nb: Notebook) -> None:
    nb.add("n = 3", "print(n * 2)")
    nb.run_all()
    nb.edit("c1", "print(n * 3)")


def edited_in_layout_only(nb: Notebook) -> None:
    nb.add("n = 3", "print(n * 2)", "m = n + 1", "m")
    nb.run_all()
    nb.edit("c1", "print(n*2)  # twice")
    nb.edit("c2", "# one more\nm = (n + 1)")


def edited_one_of_many_names(nb: Notebook) -> None:
    nb.add("a = 1\nb = 2\nc = 3", "a", "b", "c + b")
    nb.run_all()
    nb.edit("c0", "a = 1\nb = 7\nc = 3")


def edited_and_rerun(nb: Notebook) -> None:
    nb.add("n = 3", "m = n * n", "m")
    nb.run_all()
    nb.edit("c0", "n = 4")
    nb.run("c0")


def edited_there_and_back(nb: Notebook) -> None:
    nb.add("n = 3", "m = n * n", "m")
    nb.run_all()
    nb.edit("c0", "n = 4")
    nb.run("c0", "c1", "c2")
    nb.edit("c0", "n = 3")


def renamed_target(nb: Notebook) -> None:
    nb.add("total = sum([1, 2])", "total * 2", "total = 5\ntotal")
    nb.run_all()
    nb.edit("c0", "total_v2 = sum([1, 2])")


def rerun_changed_state(nb: Notebook) -> None:
    nb.add("x = 1", "x = x + 1", "x")
    nb.run_all()
    nb.run("c1", "c2")


def rerun_without_effect(nb: Notebook) -> None:
    nb.add("x = 1", "y = x + 1", "y")
    nb.run_all()
    nb.run("c1", "c1", "c2", "c0")


def ghost_scratch(nb: Notebook) -> None:
    nb.add("items = [1]", "len(items)", "sum(items)")
    nb.run_all()
    nb.scratch("items.append(5)")
    nb.run("c2")


def scratch_left_at_the_top(nb: Notebook) -> None:
    nb.add("items = [1]", "sum(items)")
    nb.run_all()
    nb.cells.insert(0, nb.cells[0].__class__(id="top", index=0, source="items.append(2)"))
    nb.run("top")


def mutation_through_an_alias(nb: Notebook) -> None:
    nb.add("a = [1]", "b = a", "b.append(2)", "a")
    nb.run_all()
    nb.delete("c2")


def alias_gone(nb: Notebook) -> None:
    nb.add("a = [1]", "b = [9]", "b = a", "b.append(2)", "a")
    nb.run_all()
    nb.delete("c2")


def seeded_draws(nb: Notebook) -> None:
    nb.add("import random", "random.seed(1)", "random.random()", "random.random()")
    nb.run_all()


def a_rerun_shifts_the_draws(nb: Notebook) -> None:
    nb.add("import random", "random.seed(1)", "a = random.random()", "random.random()")
    nb.run_all()
    nb.run("c2", "c3")


def seed_changed_without_rerun(nb: Notebook) -> None:
    nb.add("import random", "random.seed(1)", "random.random()", "'same'")
    nb.run_all()
    nb.edit("c1", "random.seed(2)")


def seed_deleted(nb: Notebook) -> None:
    nb.add("import random", "random.seed(1)", "random.random()")
    nb.run_all()
    nb.delete("c1")


def reads_through_a_function(nb: Notebook) -> None:
    nb.add("k = 2", "def f(v):\n    return v * k", "f(3)", "k = 5", "f(3)")
    nb.run_all()
    nb.run("c2")


def function_loses_its_global(nb: Notebook) -> None:
    nb.add("k = 2", "def f(v):\n    return v * k", "f(3)", "'x'")
    nb.run_all()
    nb.delete("c0")


def function_redefined(nb: Notebook) -> None:
    nb.add("def f():\n    return 1", "f()", "f() + 1")
    nb.run_all()
    nb.edit("c0", "def f():\n    return 2")
    nb.run("c0", "c1")


def edit_that_shows_the_same(nb: Notebook) -> None:
    nb.add("x = [3, 1]", "y = sorted(x)", "print(y)")
    nb.run_all()
    nb.edit("c0", "x = [1, 3]")
    nb.run("c0", "c1")


def swapped_cells(nb: Notebook) -> None:
    nb.add("x = 1", "x = x * 3\nx", "x = x + 1\nx")
    nb.run_all()
    nb.move("c2", 1)


def independent_cells_swapped(nb: Notebook) -> None:
    nb.add("x = 1", "x * 3", "x + 1")
    nb.run_all()
    nb.move("c2", 1)


def error_left_in(nb: Notebook) -> None:
    nb.add("x = 1", "undefined_name", "x")
    nb.run_all()


def error_that_would_be_gone(nb: Notebook) -> None:
    nb.add("print(later)", "later = 3")
    nb.run_all()
    nb.move("c1", 0)


def deleted_by_del(nb: Notebook) -> None:
    nb.add("x = 1", "x", "del x")
    nb.run_all()
    nb.move("c2", 1)


def guarded_name(nb: Notebook) -> None:
    nb.add("fast = True", "try:\n    speed = fast\nexcept NameError:\n    speed = False\nprint('ready')", "1")
    nb.run_all()
    nb.delete("c0")


def two_sessions(nb: Notebook) -> None:
    nb.add("x = 1", "y = x + 1", "y")
    nb.run_all()
    nb.restart()
    nb.edit("c0", "x = 5")
    nb.run("c0")


def two_sessions_in_order(nb: Notebook) -> None:
    nb.add("x = 1", "y = x + 1", "y")
    nb.run_all()
    nb.restart()
    nb.run_all()


def file_written_by_a_cell(nb: Notebook) -> None:
    nb.add("open('f.txt', 'w').write('1')", "print(open('f.txt').read())")
    nb.run_all()


def file_changed_on_disk(nb: Notebook) -> None:
    (nb.folder / "in.txt").write_text("one")
    nb.add("text = open('in.txt').read()", "text", "'stays'")
    nb.run_all()
    (nb.folder / "in.txt").write_text("two")


def file_gone(nb: Notebook) -> None:
    (nb.folder / "in.txt").write_text("one")
    nb.add("text = open('in.txt').read()", "text")
    nb.run_all()
    (nb.folder / "in.txt").unlink()


def loop_variable(nb: Notebook) -> None:
    nb.add("out = []\nfor i in range(3):\n    out.append(i)", "i", "out")
    nb.run_all()
    nb.edit("c0", "out = []\nfor i in range(4):\n    out.append(i)")


def star_import(nb: Notebook) -> None:
    nb.add("from math import *", "sqrt(4)", "pi")
    nb.run_all()
    nb.edit("c0", "from math import *\nn = 1")


def class_used_later(nb: Notebook) -> None:
    nb.add("class P:\n    def __init__(self):\n        self.v = 1", "p = P()", "p.v")
    nb.run_all()
    nb.delete("c0")


def comprehension_scope(nb: Notebook) -> None:
    nb.add("rows = [1, 2]", "[row * 2 for row in rows]", "print(sum(row for row in rows))")
    nb.run_all()


def one_entry_edited(nb: Notebook) -> None:
    nb.add("d = {'a': 1, 'b': 2}", "d['c'] = d['a'] * 2", "print(d['b'], d['a'])", "print(d['c'])", "d")
    nb.run_all()
    nb.edit("c1", "d['c'] = d['a'] * 3")


def one_entry_set_twice(nb: Notebook) -> None:
    nb.add("d = {'a': 1}", "d['c'] = 1", "d['c'] = d['c'] + 1", "d['c']", "d['a']")
    nb.run_all()
    nb.run("c2", "c3")


def name_reused_for_another_type(nb: Notebook) -> None:
    nb.add("rows = [3, 1]", "rows.append(2)\nlen(rows)", "rows = {'a': 1}", "rows['a']")
    nb.run_all()
    nb.move("c2", 1)


def another_error_than_shown(nb: Notebook) -> None:
    nb.add("d = {}", "d['x']", "1")
    nb.run_all()
    nb.delete("c0")


def lambda_in_a_call(nb: Notebook) -> None:
    nb.add("k = 2", "rows = [1, 2]", "print(sorted(rows, key=lambda row: -row * k))", "rows")
    nb.run_all()
    nb.delete("c0")


def a_function_reads_what_the_cell_reads_too(nb: Notebook) -> None:
    nb.add("k = 2", "def f(v):\n    return v * k", "w = k + 1\nf(3)", "'x'")
    nb.run_all()
    nb.edit("c0", "k = 5")


def a_function_changes_without_its_caller(nb: Notebook) -> None:
    nb.add("k = 2", "n = 1", "def f(v):\n    return v * k", "print(n)\nn = f(3)", "n")
    nb.run_all()
    nb.edit("c0", "k = 5")


def another_definition_further_down_needs_more(nb: Notebook) -> None:
    nb.add("def f(v):\n    return v", "n = 4", "print(f(n))", "k = 2", "def f(v):\n    return v * k", "f(1)")
    nb.run_all()
    nb.edit("c1", "n = 5")


def defining_a_function_needs_nothing(nb: Notebook) -> None:
    nb.add("w = [1]", "c = 1", "def g(v):\n    return v * len(w)\nprint(c)", "g(2)")
    nb.run_all()
    nb.edit("c1", "c = 2")
    nb.delete("c0")


def a_branch_that_leaves_the_name_alone(nb: Notebook) -> None:
    nb.add("c = 4", "u = [1]", "c = c * 2\nif len(u) > 2:\n    c = 0\nprint(c)", "c")
    nb.run_all()
    nb.edit("c0", "c = 5")


def a_branch_that_nobody_took_defines_nothing(nb: Notebook) -> None:
    nb.add("n = 1", "if n > 3:\n    big = n", "print(n)", "big = 7", "print(big)")
    nb.run_all()
    nb.delete("c3")
    nb.edit("c0", "n = 2")


def a_branch_that_changes_what_it_needs(nb: Notebook) -> None:
    nb.add("rows = [1, 2]", "clean = True", "if clean:\n    rows = rows[:1]", "rows")
    nb.run_all()
    nb.delete("c0")


def a_handler_that_needs_a_name(nb: Notebook) -> None:
    nb.add("c = 2", "try:\n    import not_there\nexcept ImportError:\n    c = c + 1", "c")
    nb.run_all()
    nb.delete("c0")


def an_exception_has_a_name(nb: Notebook) -> None:
    nb.add("d = {}", "try:\n    d['k']\nexcept KeyError as e:\n    print(e)", "'x'")
    nb.run_all()
    nb.delete("c0")


def a_file_read_and_overwritten(nb: Notebook) -> None:
    (nb.folder / "n.txt").write_text("1")
    nb.add("n = int(open('n.txt').read())\nopen('n.txt', 'w').write(str(n + 1))\nprint(n)", "n")
    nb.run_all()


def a_log_that_grows(nb: Notebook) -> None:
    nb.add("line = 'a'", "_ = open('log.txt', 'a').write(line)", "print(open('log.txt').read())", "line")
    nb.run_all()


def a_log_begun_above(nb: Notebook) -> None:
    nb.add(
        "_ = open('log.txt', 'w').write('x')", "_ = open('log.txt', 'a').write('y')", "print(open('log.txt').read())"
    )
    nb.run_all()


def a_log_begun_above_and_rerun(nb: Notebook) -> None:
    nb.add(
        "_ = open('log.txt', 'w').write('x')", "_ = open('log.txt', 'a').write('y')", "print(open('log.txt').read())"
    )
    nb.run_all()
    nb.run("c1", "c2")


def a_setting_from_a_deleted_cell(nb: Notebook) -> None:
    third = "print(decimal.Decimal(1) / 3)"
    nb.add("import decimal", "decimal.getcontext().prec = 3", third, "n = 1", f"{third}\nm = n")
    nb.run_all()
    nb.delete("c1")
    nb.edit("c3", "n = 2")


def a_method_that_was_seen_to_change_nothing_else(nb: Notebook) -> None:
    model = "class M:\n    def __init__(self, d):\n        self.d = d\n    def fit(self):\n        return sum(self.d)"
    nb.add(model, "d = [1, 2]", "m = M(d)\nr = m.fit()\nprint(r)", "m = M(d)\nr = m.fit()", "print(d)")
    nb.run_all()
    nb.edit("c3", "other = M(d)\nr = m.fit()")


def a_counter_that_a_condition_begins(nb: Notebook) -> None:
    count = "if 'times' not in globals():\n    times = 0\ntimes += 1\nprint(times)"
    nb.add(count, "'x'", count)
    nb.run_all()
    nb.move("c2", 0)


def the_memory_of_ipython(nb: Notebook) -> None:
    nb.add("_1 = 5", "print(_1)")
    nb.run_all()
    nb.run("c0", "c1")


def a_loop_variable_that_is_called_as_the_last_result(nb: Notebook) -> None:
    nb.add("x = [1, 2]", "[0 for _ in x]", "x[0]", "for _ in x:\n    pass\n_")
    nb.run("c2", "c0", "c0", "c1", "c2", "c3")


def the_last_result_is_the_same_after_more_runs(nb: Notebook) -> None:
    nb.add("n = 4", "n * 2", "print(n)", "_ + 1", "m = 2")
    nb.run("c0", "c4", "c0", "c1", "c2", "c2", "c3")


def the_last_result_was_of_a_deleted_cell(nb: Notebook) -> None:
    nb.add("n = 4", "n * 2", "_ + 1", "_")
    nb.run("c0", "c1")
    nb.scratch("n * 5")
    nb.run("c2", "c3")


def the_last_result_comes_from_an_edited_cell(nb: Notebook) -> None:
    nb.add("n = 4", "n * 2", "_ + 1")
    nb.run_all()
    nb.edit("c1", "n * 3")


def a_star_import_that_was_there_before(nb: Notebook) -> None:
    nb.add("from math import *", "print(floor(2.5))", "from math import *\nprint(1)", "print(ceil(2.5))")
    nb.run_all()
    nb.delete("c0")
    nb.move("c2", 0)


def an_iterator_moved_by_a_cell_that_always_failed(nb: Notebook) -> None:
    nb.add("print(next(it) + n)", "it = iter([1, 2, 3])", "n = 5", "print(next(it))")
    nb.run_all()
    nb.move("c0", 2)


def a_log_that_functions_only_write_to(nb: Notebook) -> None:
    work = "log = []\ndef work(n):\n    log.append(n)\n    return n * 2"
    nb.add(work, "print(work(1))", "print(work(2))", "print(log)")
    nb.run("c0", "c1", "c1", "c2", "c3")


def a_log_that_one_function_reads(nb: Notebook) -> None:
    nb.add("log = []\ndef work(n):\n    log.append(n)\n    return len(log)", "print(work(1))", "print(work(2))")
    nb.run("c0", "c1", "c1", "c2")


def an_entry_raised_beside_the_one_that_is_shown(nb: Notebook) -> None:
    nb.add(
        "config = {'limit': 5, 'debug': 0}", "config['limit'] *= 2", "print(config['debug'])", "print(config['limit'])"
    )
    nb.run_all()
    nb.edit("c1", "config['limit'] *= 3")


def split_without_running(nb: Notebook) -> None:
    nb.add("data = [3, 1, 2]", "small = sorted(data)\nsmall.append(data[0])\nprint(small[0])", "small")
    nb.run_all()
    nb.split("c1", 2)


def split_between_a_change_and_what_shares_it(nb: Notebook) -> None:
    nb.add("a = [3, 1, 2]\nb = a", "b[0] = 9\nprint(a)", "print(len(a), a)", "b")
    nb.run_all()
    nb.split("c1", 1)


def split_below_an_edit(nb: Notebook) -> None:
    nb.add("data = [3, 1, 2]", "small = sorted(data)\nprint(small[0])", "small")
    nb.run_all()
    nb.split("c1", 1)
    nb.edit("c0", "data = [3, 1, 0]")


def split_and_the_upper_half_deleted(nb: Notebook) -> None:
    nb.add("data = [3, 1, 2]", "data = sorted(data)\nprint(data[0])", "data")
    nb.run_all()
    nb.split("c1", 1)
    nb.delete("c1")


def merged_without_running(nb: Notebook) -> None:
    nb.add("a = [1]", "b = a[0] + 1", "print(b)", "b * 2", "a")
    nb.run_all()
    nb.merge("c0")


def merged_in_another_order(nb: Notebook) -> None:
    nb.add("a = 1", "a = a + 1", "b = a * 2", "print(a, b)")
    nb.run_all()
    nb.move("c2", 1)
    nb.merge("c2")


def a_setting_split_off_and_deleted(nb: Notebook) -> None:
    nb.add("import decimal", "decimal.getcontext().prec = 3\nd = decimal.Decimal(1)", "print(d / 3)")
    nb.run_all()
    nb.split("c1", 1)
    nb.delete("c1")


def a_setting_split_off(nb: Notebook) -> None:
    nb.add("import decimal", "decimal.getcontext().prec = 3\nd = decimal.Decimal(1)\nprint(d)", "print(d / 3)")
    nb.run_all()
    nb.split("c1", 1)


def filled_by_a_method_in_a_cell_that_was_edited(nb: Notebook) -> None:
    queue = "class Queue:\n    kept = ()\n    def put(self, n):\n        self.kept += (n,)"
    nb.add(queue, "q = Queue()\nfor n in range(3):\n    q.put(n)", "print(q.kept)", "print(3)")
    nb.run_all()
    nb.edit("c1", "q = Queue()\nfor n in range(4):\n    q.put(n)")


def added_to_under_another_name_in_an_edited_cell(nb: Notebook) -> None:
    nb.add("a = [1]", "b = a", "b += [2]\nprint(a)", "a")
    nb.run_all()
    nb.edit("c2", "b += [3]\nprint(a)")


def renamed_throughout(nb: Notebook) -> None:
    nb.add(
        "data = [3, 1]", "def grow(xs):\n    xs.append(len(xs))", "grow(data)\nprint(data)", "print(len(data))", "data"
    )
    nb.run_all()
    for cell in nb.cells:
        nb.edit(cell.id, cell.source.replace("data", "values"))


def renamed_in_some_cells(nb: Notebook) -> None:
    nb.add("data = [3, 1]", "small = sorted(data)\nprint(small)", "print(data)", "small")
    nb.run_all()
    nb.edit("c0", "values = [3, 1]")
    nb.edit("c1", "small = sorted(values)\nprint(small)")


def two_names_renamed_to_each_other(nb: Notebook) -> None:
    nb.add("a = 1\nb = 2", "print(a - b)", "a")
    nb.run_all()
    nb.edit("c1", "print(b - a)")


def a_file_that_came_after_it_was_missed(nb: Notebook) -> None:
    nb.add("print(open('new.txt').read())", "with open('new.txt', 'w') as out:\n    out.write('x')", "print(2)")
    nb.run_all()


def a_file_that_a_cell_would_write_that_always_failed(nb: Notebook) -> None:
    nb.add(
        "text = 'x'",
        "with open('new.txt', 'w') as out:\n    out.write(text)",
        "print(open('new.txt').read())",
        "print(2)",
    )
    nb.run("c1", "c2", "c3", "c0")


def merged_and_split_at_another_place(nb: Notebook) -> None:
    nb.add("a = [3, 1]", "b = sorted(a)\nc = b", "print(a, b, c)")
    nb.run_all()
    nb.merge("c0")
    nb.split("c0", 3)


def a_file_that_came_after_it_was_asked_for(nb: Notebook) -> None:
    nb.add("import os", "print(os.path.exists('new.txt'))", "with open('new.txt', 'w') as out:\n    out.write('x')")
    nb.run_all()


def a_file_that_came_after_the_folder_was_listed(nb: Notebook) -> None:
    nb.add("import os", "found = sorted(os.listdir('.'))\nprint(found)", "print(found[-1:])")
    nb.run_all()
    nb.scratch("with open('new.txt', 'w') as out:\n    out.write('x')")


def a_file_that_other_patterns_name(nb: Notebook) -> None:
    nb.add("import glob", "print(glob.glob('*.csv'))", "with open('new.txt', 'w') as out:\n    out.write('x')")
    nb.run_all()


def a_count_that_each_run_raises_without_showing_it(nb: Notebook) -> None:
    nb.add("calls = [0]", "calls[0] += 1\nprint(9 if calls[0] < 5 else 6)", "calls = [7]")
    nb.run("c0", "c1", "c1", "c2")
    nb.move("c2", 1)


def a_branch_that_a_failed_run_never_came_to(nb: Notebook) -> None:
    nb.add("n = 3", "print(n)\nif n > 2:\n    size = 'large'\nsize")
    nb.run("c1", "c0")


def imports_of_a_cell_that_fails(nb: Notebook) -> None:
    nb.add("import math\nr = 2", "math.pi * r", "print(r)")
    nb.run_all()
    nb.edit("c0", "import math\nr = 2\nnot_there")
    nb.run("c0")


def an_error_that_would_come_before_what_is_shown(nb: Notebook) -> None:
    nb.add("n = 1", "print(n)\nm = n + 1\nnot_there", "m")
    nb.run_all()
    nb.delete("c0")


def a_value_that_keeps_what_nobody_sees(nb: Notebook) -> None:
    made = "import math\nmath.made = getattr(math, 'made', 0) + 1\nr = {'v': 3, 'made': math.made}"
    nb.add(made, "print(r['v'])", "'x'")
    nb.run_all()
    nb.restart()
    nb.run("c0", "c2")


def a_setting_edited_without_rerun(nb: Notebook) -> None:
    nb.add("import decimal", "decimal.getcontext().prec = 3", "print(decimal.Decimal(1) / 3)", "'x'")
    nb.run_all()
    nb.edit("c1", "decimal.getcontext().prec = 5")


def a_draw_that_nobody_seeded_and_nobody_sees(nb: Notebook) -> None:
    nb.add("import random", "rows = random.sample(range(9), 4)", "n = len(random.sample(rows, 2))\nprint(n)", "'x'")
    nb.run_all()
    nb.run("c1", "c2")
    nb.scratch("random.random()")
    nb.run("c2")


STORIES: list[Story] = [value for value in list(globals().values()) if getattr(value, "__annotations__", {}).get("nb")]
HONEST: dict[str, set[tuple[str, str]]] = {}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_forecast_is_what_a_replay_does(tmp_path: Path, story: Story) -> None:
    nb = Notebook(tmp_path)
    story(nb)
    foreseen = forecast(nb.document, nb.history)
    assert {each.id: each.replay for each in foreseen.cells} == nb.truth()
    assert all(each.because for each in foreseen.cells if each.replay != "ok")


def test_what_holds_for_several_names_is_said_once(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("n = 3", "a = n\nb = n + 1\nprint(n)", "print(a, b)")
    nb.run_all()
    nb.edit("c0", "n = 4")
    assert forecast(nb.document, nb.history).cells[2].because == (
        "shows `a` and `b` from run 2, which used `n` from run 1 of cell [1], which was edited since"
    )


def test_a_path_leads_to_the_cell_that_set_a_setting(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("import decimal", "decimal.getcontext().prec = 3", "print(decimal.Decimal(1) / 3)")
    nb.run_all()
    nb.move("c1", 2)
    found = forecast(nb.document, nb.history).cells[1]
    assert found.cells == ("c1",)
    assert found.because == (
        "the setting `decimal:precision` was 3 when it ran, set by run 2 (cell [2]), and would be 28"
    )


def test_a_path_leads_to_the_draw_that_came_between(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("import random\nrandom.seed(1)", "a = random.random()", "b = random.random()\nprint(b)", "print(b)")
    nb.run_all()
    nb.move("c1", 3)
    found = forecast(nb.document, nb.history)
    assert found.cells[1].because == "it drew from random after run 2 (cell [2]), which the replay does not"
    assert found.cells[1].cells == ("c1",)


def test_a_path_leads_to_the_cell_that_writes_the_file_otherwise(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("_ = open('n.txt', 'w').write('1')", "print(open('n.txt').read())")
    nb.run_all()
    nb.edit("c0", "_ = open('n.txt', 'w').write('2')")
    found = forecast(nb.document, nb.history).cells[1]
    assert (found.replay, found.cells) == ("changes", ("c0",))
    assert found.because == "it read the file `n.txt` with another content than cell [1] would write"


def test_what_another_version_of_a_library_would_show_is_unknown(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("import math", "print(math.pi)", "print(2)")
    nb.run_all()
    nb.restart()
    nb.version = "2.0"
    nb.run("c0")
    found = forecast(nb.document, nb.history)
    assert [each.replay for each in found.cells] == ["ok", "unknown", "ok"]
    assert found.cells[1].because == "it ran with mathlib 1.0; the replay has 2.0; run it to settle it"
    nb.run("c1")
    assert forecast(nb.document, nb.history).cells[1].replay == "ok"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_a_client_that_sends_no_cell_ids_is_told_nearly_as_much(tmp_path: Path, story: Story) -> None:
    nb = Notebook(tmp_path)
    story(nb)
    sessions = tuple(
        replace(session, runs=tuple(replace(run, cell=None) for run in session.runs)) for session in nb.history.sessions
    )
    foreseen = forecast(nb.document, History(sessions=sessions))
    truth = nb.truth()
    assert {each.id: each.replay for each in foreseen.cells if each.replay != "unknown"}.items() <= truth.items()


def test_what_was_not_there_and_now_would_be_is_said(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("print(later)", "later = 3")
    nb.run_all()
    nb.move("c1", 0)
    assert forecast(nb.document, nb.history).cells[1].because == "shows the lack of `later`, which cell [2] would make"


def test_what_was_merged_is_no_deleted_cell(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("n = 1", "m = n + 1", "print(m)")
    nb.run_all()
    nb.merge("c0")
    nb.edit("c0", nb.cells[0].source.replace("1", "2"))
    assert forecast(nb.document, nb.history).cells[1].because == "shows `m` from run 2, the deleted cell `m = n + 1`"
    nb.edit("c0", "n = 5\n\nm = n + 1")
    assert (
        forecast(nb.document, nb.history).cells[1].because == "shows `m` from run 2 of cell 1, which was edited since"
    )


def test_an_interrupted_run_would_go_on(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("n = 1", "print(n)\nraise KeyboardInterrupt", "n")
    nb.run_all()
    session = nb.history.sessions[0]
    runs = tuple(replace(run, status="interrupted") if run.status == "error" else run for run in session.runs)
    found = forecast(nb.document, History(sessions=(replace(session, runs=runs),))).cells
    assert [each.replay for each in found] == ["ok", "changes", "ok"]
    assert found[1].because == "run 2, whose output it shows, was interrupted; the replay would let it go on"


def test_what_is_cleared_shows_nothing_that_could_change(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("n = 1", "print(n)", "print(n + 1)")
    nb.run_all()
    nb.cells = [replace(cell, outputs=(), execution_count=None) for cell in nb.cells]
    nb.edit("c2", "print(n + 2)")
    assert [each.replay for each in forecast(nb.document, nb.history).cells] == ["ok", "ok", "unknown"]


def test_a_sum_of_a_thousand_terms_is_read(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("n = 1", "print(" + " + ".join(["n"] * 900) + ")", "n")
    nb.run_all()
    nb.edit("c0", "n = 2")
    assert [each.replay for each in forecast(nb.document, nb.history).cells] == ["ok", "changes", "changes"]


def test_a_statement_that_was_seen_to_raise_raises_again(tmp_path: Path) -> None:
    nb = Notebook(tmp_path)
    nb.add("i = 1", "data = [3, 1]", "x = data[i]\nprint('x')", "x")
    nb.run_all()
    nb.edit("c0", "i = 5")
    nb.run("c0", "c2")
    nb.edit("c0", "i = 1")
    nb.run("c0", "c2", "c3")
    nb.edit("c0", "i = 5")
    nb.edit("c2", "x = data[i]\nprint('y')")
    found = forecast(nb.document, nb.history)
    assert {each.id: each.replay for each in found.cells} == nb.truth()
    assert found.cells[2].because == "comes to what ended run 6 in IndexError, with the same inputs"
