"""Sheets of thresholds: a line a PCE, in CSV or XLSX, both ways; no database."""

from data.thresholds.files.columns import HEADER, cells_of
from data.thresholds.files.reading import read, rows_in

__all__ = ["HEADER", "cells_of", "read", "rows_in"]
