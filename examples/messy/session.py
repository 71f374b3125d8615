"""A messy hour with a notebook, as data: the cells as they were typed, and what the user did with them.

`play.py` plays it through a real kernel, so that the journal and the outputs are real.
"""

CELLS: dict[str, str] = {
    "title": "# When do people cycle?\n\nCounts of four cycle counters, March to August 2025.",
    "imports": ("import datetime\n\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd"),
    "load": 'rides = pd.read_csv("rides.csv", parse_dates=["date"])\nrides.head()',
    "dropna": 'rides = rides.dropna(subset=["rides"])',
    "threshold": "warm = 18",
    "warm-days": (
        'warm_days = rides[rides["temperature"] >= warm]\n'
        'print(f"{len(warm_days)} of {len(rides)} counts on days of {warm} degrees and more")'
    ),
    "by-counter": 'label(warm_days.groupby("counter")["rides"].mean())',
    "helper": 'def label(series):\n    return series.round(0).astype(int).rename("rides per warm day")',
    "bootstrap": (
        "rng = np.random.default_rng()\n"
        'counts = warm_days["rides"].to_numpy(dtype=float)\n'
        "means = [rng.choice(counts, counts.size).mean() for _ in range(500)]\n"
        'print("mean rides on a warm day: {:.1f} to {:.1f}".format(*np.percentile(means, [2.5, 97.5])))'
    ),
    "plot": (
        "fig, ax = plt.subplots(figsize=(6, 3.5))\n"
        'for counter, group in rides.groupby("counter"):\n'
        '    ax.scatter(group["temperature"], group["rides"], s=8, label=counter)\n'
        'ax.set_xlabel("temperature (degrees Celsius)")\n'
        'ax.set_ylabel("rides a day")\n'
        "ax.legend()\n"
        "plt.show()"
    ),
    "rescale": 'rides["rides"] = rides["rides"] * 1.05',
    "total": "print(f\"{rides['rides'].sum():,.0f} rides in all\")",
    "stamp": 'print("made on", datetime.datetime.now().strftime("%d %B %Y, %H:%M:%S"))',
}
"""Cell id -> source as first typed, in document order."""

STEPS: tuple[tuple[str, ...], ...] = (
    ("run", "imports"),
    ("run", "load"),
    ("run", "dropna"),
    ("run", "threshold"),
    ("run", "warm-days"),
    ("run", "helper"),
    ("run", "by-counter"),
    ("run", "bootstrap"),
    ("run", "plot"),
    ("run", "rescale"),
    ("run", "total"),
    # The counters were recalibrated by 5 %: applied once too often.
    ("run", "rescale"),
    ("run", "total"),
    ("run", "stamp"),
    # "I don't need this any more": what it did is still in memory.
    ("delete", "dropna"),
    # Changed, but the cells below were not run again.
    ("edit", "threshold", "warm = 22"),
)
"""What the user did, in time order: ``run CELL``, ``edit CELL SOURCE``, ``delete CELL``."""
