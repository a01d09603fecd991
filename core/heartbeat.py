"""Record the scheduler's heartbeat in a file: the time and the machine's uptime.

The wall clock can be set at any moment, so the time between two beats comes from the uptime, which
only grows. The boot id tells whether two uptimes belong to the same boot of the machine.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

# On Linux, only CLOCK_BOOTTIME counts the time when the machine was asleep.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
FUTURE = timedelta(seconds=5)  # tolerated difference between the clocks of two machines


@dataclass(frozen=True, slots=True)
class Beat:
    """One heartbeat of the scheduler; without an uptime it was written by another program."""

    at: datetime
    boot_id: str = ""
    uptime_s: float = 0.0

    def lag_at(self, now: "Beat") -> float:
        """Return the seconds from this beat to `now`; negative if it is in the clock's future."""
        wall_s = (now.at - self.at).total_seconds()
        if wall_s < -FUTURE.total_seconds():
            return wall_s
        comparable = self.boot_id and self.boot_id == now.boot_id
        return max(0.0, now.uptime_s - self.uptime_s if comparable else wall_s)


def beat_of(now: datetime) -> Beat:
    """Return the beat of this machine at `now`."""
    return Beat(now, _boot_id(), time.clock_gettime(_CLOCK))


@cache
def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:  # not Linux: only the wall clock is available
        return ""


def write_beat(path: Path, beat: Beat) -> None:
    """Write the beat atomically: other processes read this file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(f"{beat.at.isoformat()}\n{beat.boot_id} {beat.uptime_s:.3f}\n", "utf8")
    draft.replace(path)


def read_beat(path: Path) -> Beat | None:
    """Return the last beat in `path`; None if there is none, or it is not readable."""
    try:
        first, *others = path.read_text("utf8").splitlines() or [""]
        at = datetime.fromisoformat(first.strip())
        boot_id, uptime = others[0].split() if others else ("", "0")
        return Beat(at, boot_id, float(uptime)) if at.tzinfo else None
    except (OSError, ValueError):
        return None
