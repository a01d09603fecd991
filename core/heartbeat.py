"""Record the scheduler's heartbeat in a file: the time and the machine's uptime.

The wall clock can be set at any moment, so the time between two beats comes from the uptime, which
only grows. The boot id tells whether two uptimes belong to the same boot of the machine.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

# Linux counts the time that the machine was asleep in CLOCK_BOOTTIME alone.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
FUTURE = timedelta(seconds=5)  # by which the clocks of two machines may differ


@dataclass(frozen=True, slots=True)
class Beat:
    """One sign of life of the scheduler; without an uptime it was written by another program."""

    at: datetime
    boot_id: str = ""
    uptime_s: float = 0.0

    def lag_at(self, now: "Beat") -> float:
        """Seconds from this beat to *now*: negative where it lies in the future of the clock."""
        wall_s = (now.at - self.at).total_seconds()
        if wall_s < -FUTURE.total_seconds():
            return wall_s
        comparable = self.boot_id and self.boot_id == now.boot_id
        return max(0.0, now.uptime_s - self.uptime_s if comparable else wall_s)


def beat_of(now: datetime) -> Beat:
    """The beat of this machine at *now*."""
    return Beat(now, _boot_id(), time.clock_gettime(_CLOCK))


@cache
def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:  # not Linux: the wall clock has to do
        return ""


def write_beat(path: Path, beat: Beat) -> None:
    """Whole or not at all: others read this file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(f"{beat.at.isoformat()}\n{beat.boot_id} {beat.uptime_s:.3f}\n", "utf8")
    draft.replace(path)


def read_beat(path: Path) -> Beat | None:
    """The last beat in *path*; None where there is none, or none that can be read."""
    try:
        first, *others = path.read_text("utf8").splitlines() or [""]
        at = datetime.fromisoformat(first.strip())
        boot_id, uptime = others[0].split() if others else ("", "0")
        return Beat(at, boot_id, float(uptime)) if at.tzinfo else None
    except (OSError, ValueError):
        return None
