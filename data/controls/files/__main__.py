"""`python -m data.controls.files <task> <kind>`: open the one piece that standard input holds."""

from data.controls.files.opening import serve

serve()
