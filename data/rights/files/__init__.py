"""Files of declarations: bytes to judged lines, the template and the lines to be written again."""

from data.rights.files.lines import Line, lines_of
from data.rights.files.reading import Table, read, text_in
from data.rights.files.writing import write_lines, write_rejects, write_template

__all__ = [
    "Line",
    "Table",
    "lines_of",
    "read",
    "text_in",
    "write_lines",
    "write_rejects",
    "write_template",
]
