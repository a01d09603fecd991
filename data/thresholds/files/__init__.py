"""Sheets of thresholds: a line a PCE, in CSV or XLSX, both ways; no database."""

from data.thresholds.files.reading import read
from data.thresholds.files.writing import rejects, write_csv, write_xlsx

__all__ = ["read", "rejects", "write_csv", "write_xlsx"]
