"""A bundle or a notebook -> a verdict, by a rerun in a clean room. A function of (bundle, room): no global state."""

from jupyter_repro.verify.compare.outcome import Tolerance
from jupyter_repro.verify.prove import ROOMS, verify
from jupyter_repro.verify.result import AxisResult, CellResult, FileResult, VerifyResult
from jupyter_repro.verify.vary import axes_named

__all__ = ["ROOMS", "AxisResult", "CellResult", "FileResult", "Tolerance", "VerifyResult", "axes_named", "verify"]
