"""`python -m data.runs.files cells|grids`: open the one workbook that standard input holds."""

from data.runs.files.archive import serve

serve()
