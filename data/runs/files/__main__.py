"""Open a workbook given on standard input: `python -m data.runs.files cells|grids`."""

from data.runs.files.archive import serve

serve()
