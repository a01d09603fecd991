"""Sheets of thresholds, one PCE a line, in CSV or XLSX; no database."""

from data.thresholds.files.columns import HEADER, cells_of
from data.thresholds.files.parser import read, rows_in

__all__ = ["HEADER", "cells_of", "read", "rows_in"]
