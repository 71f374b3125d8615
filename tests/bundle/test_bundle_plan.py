"""What goes into a bundle and why: inputs, results, paths from outside, local modules, packages."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jupyter_repro.bundle.plan import plan
from jupyter_repro.errors import BadInput
from jupyter_repro.model.history import History
from jupyter_repro.records import FileTouch
from tests.bundle.bundling import document, read, run, session, write_notebook, wrote


def sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_what_is_read_before_it_is_written_is_an_input_and_what_is_left_is_a_result(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("in")
    (tmp_path / "out.csv").write_text("out")
    cells = ["a = open('in.csv').read()", "open('mid.csv', 'w')", "open('mid.csv')", "open('out.csv', 'w')"]
    path = write_notebook(tmp_path / "nb.ipynb", *cells)
    noise = FileTouch(path="/usr/share/zoneinfo/UTC", mode="read", role="noise")
    history = session(
        tmp_path,
        run(1, "c1", cells[0], read("in.csv", sha("in")), noise),
        run(2, "c2", cells[1], wrote("mid.csv")),
        run(3, "c3", cells[2], read("mid.csv"), FileTouch(path="mid.csv", mode="delete")),
        run(4, "c4", cells[3], wrote("out.csv", sha("out"))),
    )
    files = plan(document(path), history, "document").files
    assert [each.target for each in files.inputs] == ["in.csv"]
    assert [(each.target, each.step, each.included) for each in files.results] == [("out.csv", "c4", True)]
    assert files.notes == ()


def test_a_file_that_changed_since_it_was_read_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("new")
    path = write_notebook(tmp_path / "nb.ipynb", "open('in.csv')")
    made = plan(
        document(path), session(tmp_path, run(1, "c1", "open('in.csv')", read("in.csv", sha("old")))), "document"
    )
    assert "changed since" in made.files.inputs[0].note
    assert any("in.csv changed since" in note for note in made.notes)


def test_a_result_that_changed_since_it_was_written_is_compared_by_its_digest_alone(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("edited")
    path = write_notebook(tmp_path / "nb.ipynb", "open('out.csv', 'w')")
    history = session(tmp_path, run(1, "c1", "open('out.csv', 'w')", wrote("out.csv", sha("out"))))
    result = plan(document(path), history, "document").files.results[0]
    assert not result.included
    assert f"sha256:{result.sha256}" == sha("out")


def test_a_large_input_is_recorded_but_not_carried(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("0123456789")
    path = write_notebook(tmp_path / "nb.ipynb", "open('in.csv')")
    history = session(tmp_path, run(1, "c1", "open('in.csv')", read("in.csv")))
    made = plan(document(path), history, "document", size_limit=5)
    assert not made.files.inputs[0].included
    assert made.files.inputs[0].sha256 == hashlib.sha256(b"0123456789").hexdigest()
    assert any("size limit" in note for note in made.notes)


@pytest.mark.parametrize("spelling", ["absolute", "parent", "folder"])
def test_a_file_from_outside_moves_in_and_the_sources_follow(tmp_path: Path, spelling: str) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "in.csv").write_text("1")
    source = {
        "absolute": f"import pandas as pd\ndf = pd.read_csv('{elsewhere}/in.csv')",
        "parent": "import pandas as pd\ndf = pd.read_csv('../elsewhere/in.csv')",
        "folder": f"from pathlib import Path\nroot = Path('{elsewhere}')\ndf = open(root / 'in.csv')",
    }[spelling]
    path = write_notebook(project / "nb.ipynb", source)
    made = plan(document(path), session(project, run(1, "c1", source, read(elsewhere / "in.csv"))), "document")
    target = made.files.inputs[0].target
    assert target in ("data/in.csv", "data/elsewhere/in.csv")
    assert str(elsewhere) not in made.steps[0].source
    assert "../elsewhere" not in made.steps[0].source
    assert any("became" in note for note in made.notes)


def test_a_data_file_with_a_name_of_the_bundles_own_moves_aside(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    source = "text = open('README.md').read()"
    path = write_notebook(tmp_path / "nb.ipynb", source)
    made = plan(document(path), session(tmp_path, run(1, "c1", source, read("README.md"))), "document")
    assert [each.target for each in made.files.inputs] == ["data/README.md"]
    assert made.steps[0].source == "text = open('data/README.md').read()"
    assert any("README.md has a name" in note for note in made.notes)


def test_a_path_put_together_by_the_code_cannot_be_rewritten_and_is_said_so(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "in.csv"
    outside.write_text("1")
    source = "import os\nopen(os.environ['X'])"
    path = write_notebook(project / "nb.ipynb", source)
    made = plan(document(path), session(project, run(1, "c1", source, read(outside))), "document")
    assert any("put together by the code" in note for note in made.notes)


def test_without_a_history_files_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "sub/c1.txt", "sub/c2.txt", "unused.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    path = write_notebook(tmp_path / "nb.ipynb", "open('a.csv')", "!head b.csv", "import glob\nglob.glob('sub/*.txt')")
    made = plan(document(path), History(), "document")
    assert [each.target for each in made.files.inputs] == ["a.csv", "b.csv", "sub/c1.txt", "sub/c2.txt"]
    assert any("without the tracker" in note for note in made.notes)


def test_imports_become_pins_and_local_modules_are_carried(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import yaml\nimport helper.inner\n")
    (tmp_path / "helper").mkdir()
    (tmp_path / "helper" / "__init__.py").write_text("")
    (tmp_path / "helper" / "inner.py").write_text("import PIL\n")
    path = write_notebook(
        tmp_path / "nb.ipynb",
        "import os, mine\nimport numpy.linalg as la",
        "try:\n    import nowhere\nexcept ImportError: pass",
    )
    needs = plan(document(path), History(), "document").needs
    assert {"numpy", "pyyaml", "pillow"} <= needs.pins.keys()
    assert {(each.name, each.target) for each in needs.modules} == {("mine", "mine.py"), ("helper", "helper")}
    assert needs.notes == ()


def test_an_import_that_is_not_installed_is_said_so(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", "import nowhere_to_be_found")
    assert any("nowhere_to_be_found" in note for note in plan(document(path), History(), "document").notes)


def test_a_module_that_a_step_writes_is_neither_missing_nor_carried(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", "%%writefile made.py\nx = 1", "import made")
    assert plan(document(path), History(), "document").needs.notes == ()
    (tmp_path / "made.py").write_text("x = 1")
    assert plan(document(path), History(), "document").needs.modules == ()


def test_runs_are_taken_with_the_text_they_had(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", "x = 3", "x")
    history = session(tmp_path, run(1, "c1", "x = 1"), run(2, "gone", "x = x + 1"), run(3, "c2", "x"))
    made = plan(document(path), history, "session")
    assert [(step.source, step.cell, step.run) for step in made.steps] == [
        ("x = 1", "c1", 1),
        ("x = x + 1", None, 2),
        ("x", "c2", 3),
    ]
    assert [step.source for step in plan(document(path), history, "slice", runs=[1, 3]).steps] == ["x = 1", "x"]


def test_a_cell_that_ran_twice_gives_two_steps_of_different_ids(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", "x = 3")
    history = session(tmp_path, run(1, "c1", "x = 3"), run(2, "c1", "x = 3"), run(3, "c1", "1/", status="syntax-error"))
    assert [step.id for step in plan(document(path), history, "session").steps] == ["c1", "c1-2"]


def test_a_session_that_nobody_recorded_is_asked_for(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "nb.ipynb", "x = 3")
    with pytest.raises(BadInput, match="no recorded session"):
        plan(document(path), History(), "session")
