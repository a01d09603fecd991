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

SECONDS = 40.0  # that one is waited for, whatever else the machine does
CPU_SECONDS = 10  # of work that one file may take; an honest one takes one or two
MEMORY = 1024 * 1024 * 1024  # octets of address space; the libraries alone take a third of it
_ALONE = 5  # seconds more, after which an orphan ends by itself
_ROOT = Path(__file__).parents[1]
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGALRM})
_SLOW = N_(
    "La machine est très occupée : le fichier n’a pas pu être ouvert. Rien n’est perdu ni refusé :"
    " réessayez dans une minute."
)


def run_sandboxed(command: Sequence[str], content: bytes, seconds: float = SECONDS) -> bytes | None:
    """What the process printed; None when its bounds, or the file, ended it.

    Unavailable when something else did; RuntimeError when it did not start.
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
    if done.returncode > 0:  # a fault of ours: a file that breaks a library ends by a signal
        raise RuntimeError(done.stderr[-2000:].decode("utf-8", "replace"))
    if -done.returncode in _FROM_OUTSIDE:
        raise Unavailable(_SLOW)
    return done.stdout if done.returncode == 0 else None


def bound(memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS) -> None:
    """The other side: this process, from now on, has no more than that."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file, whatever it is made do
    signal.setitimer(signal.ITIMER_REAL, SECONDS + _ALONE)  # if nobody is left to kill it
