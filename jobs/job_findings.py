"""Write the findings of a job to a file that `/health` reads."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from core.durable_files import write_file

REPAIRED = "repaired-{name}.json"


def write_noted(path: Path, values: Mapping[str, object]) -> None:
    """Whole or not at all, and there after a power cut."""
    write_file(path, json.dumps(values, ensure_ascii=False).encode())


def note_repairs(var: Path, name: str, count: int, now: datetime) -> None:
    """That the check *name* found *count* figures wrong and repaired them; none changes nothing.

    So the last night that found some is told for as long as `/health` tells of it, whatever the
    nights after it find.
    """
    if count:
        write_noted(var / REPAIRED.format(name=name), {"at": now.isoformat(), "count": count})
