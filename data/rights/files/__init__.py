"""Files of declarations: parse and check lines, write the template and rejected lines."""

from data.rights.files.line_check import DeclarationLine, lines_of
from data.rights.files.parser import Table, read, text_in
from data.rights.files.writer import write_lines, write_rejects, write_template

__all__ = [
    "DeclarationLine",
    "Table",
    "lines_of",
    "read",
    "text_in",
    "write_lines",
    "write_rejects",
    "write_template",
]
