"""Run an untrusted-file decoder in a subprocess with CPU, memory and time limits.

The decoding libraries are large: a decoder that loops, grows or crashes is killed with its file,
which is refused. The time limit counts CPU time, since a slow machine says nothing about a file; if
the machine could not finish, the caller must try again (Unavailable).
"""

import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from core.errors import Unavailable
from core.i18n import N_

SECONDS = 40.0  # wall-clock limit of one file
CPU_SECONDS = 10  # CPU limit of one file; a normal one takes one or two
MEMORY = 1024 * 1024 * 1024  # bytes of address space; the libraries alone take a third of it
_ALONE = 5  # more seconds, after which an orphaned process ends itself
_ROOT = Path(__file__).parents[1]
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGALRM})
_SLOW = N_(
    "La machine est très occupée : le fichier n’a pas pu être ouvert. Rien n’est perdu ni refusé :"
    " réessayez dans une minute."
)


def run_sandboxed(command: Sequence[str], content: bytes, seconds: float = SECONDS) -> bytes | None:
    """Return what the process printed; None when its limits, or the file, ended it.

    Raise Unavailable when something else ended it, RuntimeError when it failed to run.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own program, and nothing of it is a user's)
            command,
            input=content,
            capture_output=True,
            cwd=_ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "AWS_"))},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(_SLOW) from None
    if done.returncode > 0:  # a bug of ours: a file that breaks a library ends by a signal
        raise RuntimeError(done.stderr[-2000:].decode("utf-8", "replace"))
    if -done.returncode in _FROM_OUTSIDE:
        raise Unavailable(_SLOW)
    return done.stdout if done.returncode == 0 else None


def bound(memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS) -> None:
    """Limit the resources of the current process, which is the sandboxed one."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # it can write no file, whatever the content makes it do
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, SECONDS + _ALONE)  # if no parent is left to kill it
