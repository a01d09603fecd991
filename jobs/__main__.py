"""Run an operator command: `python -m jobs <command>`."""

from jobs.commands import console

if __name__ == "__main__":
    console(prog_name="python -m jobs")
