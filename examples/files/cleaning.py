"""Cleaning steps for the counts, shared by several notebooks."""

import pandas as pd


def fill_gaps(rides: pd.DataFrame) -> pd.DataFrame:
    """Fill missing counts by interpolating along time, counter by counter."""
    filled = rides.sort_values(["counter", "date"]).copy()
    filled["rides"] = (
        filled.groupby("counter")["rides"].transform(lambda counts: counts.interpolate(limit_direction="both")).round()
    )
    return filled.astype({"rides": "int64"})


def add_weekday(rides: pd.DataFrame) -> pd.DataFrame:
    """Add a column with the name of the day."""
    return rides.assign(weekday=rides["date"].dt.day_name())
