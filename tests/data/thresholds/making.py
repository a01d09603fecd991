"""Thresholds by hand, days by number, and the story of what was told."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from core.access import OrganisationKind, Role, Viewer
from data.metering.consumption.actions import store
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status
from data.notifications.models import NoticeEvent
from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.provenance import FEED
from data.thresholds import actions
from data.thresholds.models import Episode
from data.thresholds.types import (
    EpisodeState,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from tests.factories import PCE

FIRST = date(2026, 10, 1)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
KWH = 1000
ALICE = Recipient(1, None, frozenset({ChannelKind.INBOX}), Grouping.IMMEDIATE)


def on(place: int) -> date:
    return FIRST + timedelta(days=place)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def viewer_on(day: date) -> Viewer:
    """alice, on that day."""
    return Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, day)


def draft(kind=ThresholdKind.FIXED, period=ThresholdPeriod.DAY, **values) -> ThresholdDraft:
    usual = {
        (ThresholdKind.FIXED, ThresholdPeriod.DAY): (100 * KWH,),
        (ThresholdKind.FIXED, ThresholdPeriod.MONTH): (1000 * KWH,) * 12,
        (ThresholdKind.FIXED, ThresholdPeriod.YEAR): (10_000 * KWH,),
        (ThresholdKind.LOW, ThresholdPeriod.DAY): (0,),
    }
    return ThresholdDraft(
        **{
            "name": "Chaufferie",
            "kind": kind,
            "period": period,
            "values_wh": usual.get((kind, period), ()),
            "severity": Severity.WARNING,
            "recipients": (ALICE,),
            "scope": ThresholdScope((PCE,)),
        }
        | values
    )


def stated(day: date, kwh: int | None, **values) -> DayStatement:
    absent = kwh is None
    return DayStatement(
        **{
            "gas_day": day,
            "energy_wh": None if kwh is None else kwh * KWH,
            "volume_dm3": None if kwh is None else kwh * 100,
            "index_start_dm3": None,
            "index_end_dm3": None,
            "coefficient_e4": None,
            "temperature_c100": None,
            "quality": Quality.ABSENT if absent else Quality.MEASURED,
            "status": Status.UNKNOWN,
        }
        | values
    )


def tell(db, pce_id: int, days, as_of: date = date(2026, 11, 20)) -> None:
    """Store {day: kWh}, or statements."""
    if isinstance(days, dict):
        days = [stated(day, kwh) for day, kwh in days.items()]
    delivery = PceDelivery(None, tuple(days), ())
    store(db, pce_id, delivery, as_of=as_of, now=NOW, provenance=FEED)


def judge(db, now=NOW, most: int = 5000) -> tuple[int, int]:
    """What the job does, in the test's transaction; (episodes, notices)."""
    actions.close_episodes(db, now.date())
    after, episodes, posted = 0, 0, 0
    while after is not None:
        done = actions.evaluate_chunk(db, after, now, most)
        after, episodes, posted = done.last, episodes + done.episodes, posted + done.posted
    more, told = actions.evaluate_silences(db, now)
    actions.mark_all_due(db, now.date())
    return episodes + more, posted + told


def stories(db, pce_id: int | None = None) -> list[tuple]:
    """The episodes that stand: (state, first, exceeded on, ended on), oldest first."""
    db.flush()
    query = (
        select(Episode.state, Episode.first_day, Episode.exceeded_on, Episode.ended_on)
        .where(Episode.state != EpisodeState.WITHDRAWN)
        .order_by(Episode.threshold_id, Episode.pce_id, Episode.first_day)
    )
    if pce_id is not None:
        query = query.where(Episode.pce_id == pce_id)
    return [tuple(row) for row in db.execute(query)]


def told(db) -> list[str]:
    """The kinds of what was told, in order."""
    return [kind.value for kind in db.scalars(select(NoticeEvent.kind).order_by(NoticeEvent.id))]
