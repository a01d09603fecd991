"""Process a piece given on standard input: `python -m data.controls.files <task> <kind>`."""

from data.controls.files.decoder import serve

serve()
