"""Tell how old files are by the clock of their own file system.

The machine's clock can step, and a network disk has a clock of its own: a modification time is
compared only with another one of the same file system, never with the present instant of a job.
"""

import os
import tempfile
from datetime import timedelta
from pathlib import Path


def modified_before(folder: Path, age: timedelta) -> float:
    """Return the modification time that a file of `folder` written `age` ago has.

    The present is that of a nameless file made for the purpose; it takes no block of a full disk.
    """
    with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
        return os.fstat(probe.fileno()).st_mtime - age.total_seconds()
