"""What goes into the image."""

from jupyter_repro.bundle.container import dockerignore


def test_figures_of_the_script_stay_out_unless_the_notebook_reads_from_that_folder() -> None:
    assert "figures\n" in dockerignore(["data/figures/a.png", "figures.csv"])
    assert "figures\n" not in dockerignore(["figures/logo.png"])
