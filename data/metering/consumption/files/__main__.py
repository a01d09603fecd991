"""Parse the file described on standard input, under limits."""

import gc
import json
import os
import resource
import signal
import sys
from pathlib import Path

from core.errors import Unavailable, Unreadable
from data.metering.consumption.files.spool import Deposited, spool_file, write_refusal
from data.runs.files.sniff import OVERSIZED

MEMORY = 3 * 1024**3  # bytes of address space; 64 MB of text take a third of it
CPU_SECONDS = 120  # the longest legitimate file takes a tenth of that
SPOOL = 512 * 1024**2  # bytes written: several times the largest file
NICE = 10  # below the web server's priority
TOO_BUSY = 3  # exit status: worth retrying


def main() -> int:
    """Parse the file and write the result, or the reason of refusal, to the target path."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (SPOOL, SPOOL))
    signal.signal(signal.SIGXCPU, _stop)
    gc.disable()  # nothing becomes garbage before the end
    request = json.load(sys.stdin)
    target = Path(request.pop("target"))
    try:
        spool_file(target, Deposited(**request))
    except Unavailable:
        return TOO_BUSY
    except MemoryError:
        write_refusal(target, Unreadable(OVERSIZED))
    return 0


def _stop(_signal: int, _frame: object) -> None:
    raise MemoryError


if __name__ == "__main__":
    sys.exit(main())
