"""Write the findings of a job to a file that `/health` reads."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from core.durable_files import write_file

REPAIRED = "repaired-{name}.json"


def write_noted(path: Path, values: Mapping[str, object]) -> None:
    """Write the file atomically, so that it survives a power cut."""
    write_file(path, json.dumps(values, ensure_ascii=False).encode())


def note_repairs(var: Path, name: str, count: int, now: datetime) -> None:
    """Record that the check `name` repaired `count` wrong values; 0 changes nothing.

    The last night that repaired something is reported as long as `/health` reports it, whatever
    later nights find.
    """
    if count:
        write_noted(var / REPAIRED.format(name=name), {"at": now.isoformat(), "count": count})
