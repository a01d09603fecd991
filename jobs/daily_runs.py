"""Schedule jobs of each night and record when each last ran."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic

from core.i18n import PARIS

# A stamp further ahead than this was written by a wrong clock. A smaller lead is of this night: the
# clock was set back a little after the job ran.
AHEAD = timedelta(hours=12)


def due_on(day: date, at: tuple[int, int]) -> datetime:
    """Return when a job of `at` (hour, minute, Paris time) is due on `day`.

    For an hour that occurs twice, in October, it is the first one. For a skipped hour, in March, it
    is the time of the skip.
    """
    local = datetime.combine(day, time(*at), PARIS)
    instant = local.astimezone(UTC)
    if instant.astimezone(PARIS).time() != local.time():
        instant = local.replace(minute=0).astimezone(UTC)  # the skipped hour begins on the hour
    return instant


def last_due(at: tuple[int, int], now: datetime) -> datetime:
    """Return when a job of `at` was last due, up to `now`."""
    today = now.astimezone(PARIS).date()
    due = due_on(today, at)
    return due if due <= now else due_on(today - timedelta(days=1), at)


def is_due(stamp: Path, at: tuple[int, int], now: datetime) -> bool:
    """Return whether the job of `at` has not run since it was last due, according to `stamp`.

    Before the first start, or with a stamp of a wrong clock, nothing is due and a stamp is written.
    """
    try:
        ran = datetime.fromisoformat(stamp.read_text("utf8"))
    except FileNotFoundError:
        ran = None
    except ValueError:
        return True
    if ran is None or ran > now + AHEAD:
        with suppress(OSError):  # the disk may be full
            write_stamp(stamp, now)
        return False
    return ran < last_due(at, now)


class DailyRun:
    """When one nightly job is due: by its stamp, and by memory where no stamp can be written."""

    def __init__(self, stamp: Path, at: tuple[int, int]) -> None:
        self._stamp, self._at = stamp, at
        self._ran: datetime | None = None
        self._not_before = 0.0  # by the monotonic clock

    def is_due(self, now: datetime) -> bool:
        if monotonic() < self._not_before:
            return False
        if self._ran and last_due(self._at, now) <= self._ran <= now + AHEAD:
            return False
        return is_due(self._stamp, self._at, now)

    def put_off(self, seconds: float) -> None:
        """Keep the job due, and retry it in `seconds`."""
        self._not_before = monotonic() + seconds

    def note(self, now: datetime) -> None:
        self._ran = now
        with suppress(OSError):  # the disk may be full
            write_stamp(self._stamp, now)


def write_stamp(path: Path, at: datetime) -> None:
    """Write the stamp atomically: a truncated one would make the job run again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(at.isoformat(), "utf8")
    draft.replace(path)
