"""Sheets of people to invite, one per line, in CSV or XLSX; no database."""

from data.administration.people.files.columns import HEADER, choices
from data.administration.people.files.parser import people_in, read

__all__ = ["HEADER", "choices", "people_in", "read"]
