"""Sheets of people to invite: a line each, in CSV or XLSX; no database."""

from data.people.files.reading import read
from data.people.files.writing import template_csv, template_xlsx

__all__ = ["read", "template_csv", "template_xlsx"]
