"""Lock the reading of large files to one at a time for each organisation."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import Conflict
from core.i18n import N_

PATIENCE = 3.0  # seconds to wait for another parse to end
_STEP = 0.05


@contextmanager
def hold_import_lock(
    folder: Path, organisation_id: int, patience: float = PATIENCE
) -> Iterator[None]:
    """Hold the organisation's lock across processes; raise Conflict on timeout.

    The system releases the lock when its process dies.
    """
    turns = folder.parent / "turns"
    turns.mkdir(parents=True, exist_ok=True)
    with (turns / str(organisation_id)).open("w") as file:
        until = time.monotonic() + patience
        while not _accepted_cell(file.fileno()):
            if time.monotonic() >= until:
                raise Conflict(
                    N_("Un fichier de votre organisation est en lecture : réessayez bientôt.")
                )
            time.sleep(_STEP)
        yield


def _accepted_cell(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
