"""Thresholds, trials and episodes from plain values."""

from datetime import UTC, date, datetime

from components.thresholds.editor_context import DraftTrial, EditorContext
from components.thresholds.form import EditorForm
from core.access import OrganisationKind, Role, Viewer
from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.thresholds.types import (
    NO_EPISODES,
    BackTest,
    BackTestBar,
    Exceedance,
    HomeEpisodes,
    Proposal,
    ThresholdCounts,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdRow,
    ThresholdScope,
)
from tests.components.notifications.made import an_episode
from tests.conftest import TODAY

PCE = "09999999910001"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KWH = 1000
ME = Recipient(1, None, frozenset({ChannelKind.INBOX, ChannelKind.EMAIL}), Grouping.IMMEDIATE)
MONTHLY = (ThresholdKind.FIXED, ThresholdPeriod.MONTH)


def viewer(role=Role.FACILITY_MANAGER, kind=OrganisationKind.COLLECTIVITY):
    return Viewer(1, 1, kind, role, TODAY)


def draft(kind=ThresholdKind.FIXED, period=ThresholdPeriod.MONTH, **values):
    count = {MONTHLY: 12, (ThresholdKind.RELATIVE, period): 0, (ThresholdKind.MISSING, period): 0}
    usual = {
        "name": "",
        "values_wh": (14_000 * KWH,) * count.get((kind, period), 1),
        "recipients": (ME,),
        "scope": ThresholdScope((PCE,)),
    }
    return ThresholdDraft(kind=kind, period=period, **(usual | values))


def exceedance(day=date(2026, 11, 21), **values):
    usual = {
        "first": day.replace(day=1),
        "warned_on": day,
        "exceeded_on": day,
        "value_wh": 14_820 * KWH,
        "limit_wh": 14_000 * KWH,
        "peak_wh": 14_900 * KWH,
        "peak_on": day,
        "excess_wh": 900 * KWH,
        "last": day,
        "period": ThresholdPeriod.MONTH,
    }
    return Exceedance(**(usual | values))


def month(rank):
    """The first and last days of the month *rank* months after December 2023."""
    year, number = divmod(11 + rank, 12)
    first = date(2023 + year, number + 1, 1)
    following = date(2023 + (12 + rank) // 12, (12 + rank) % 12 + 1, 1)
    return first, date.fromordinal(following.toordinal() - 1)


def back_test(*exceedances, bars=36, limit=14_000 * KWH, energy=10_000 * KWH, **values):
    found = []
    for rank in range(bars):
        first, last = month(rank)
        over = any(first <= one.exceeded_on <= last for one in exceedances if one.exceeded_on)
        known = 14_820 * KWH if over else None if rank == 3 else energy
        found.append(BackTestBar(first, last, known, limit, current=rank == bars - 1))
    usual = {
        "pce": PCE,
        "alias": "Gymnase Nord",
        "first": date(2023, 12, 1),
        "last": date(2026, 11, 21),
        "warned": 3,
        "exceeded": sum(one.exceeded_on is not None for one in exceedances),
        "exceedances": exceedances,
        "bars": tuple(found),
    }
    return BackTest(**(usual | values))


PROPOSAL = Proposal((13_600 * KWH,) * 12, 3, 8, None, None)
UNSET = object()


def tried(test=UNSET, of=None, **values):
    of = of or draft()
    form = EditorForm(of, PCE, *[values.pop(name, None) for name in ("id", "version")])
    usual = {
        "test": back_test(exceedance()) if test is UNSET else test,
        "proposal": PROPOSAL if of.kind is ThresholdKind.FIXED else None,
        "coefficient": 11.2,
        "site": "Gymnase Nord",
    }
    return DraftTrial(form, **(usual | values))


AROUND = EditorContext(
    pces=(),
    tags=[("Sport", 12)],
    people=[("u1", "Alice", "alice@tilleuls.example"), ("a3", "", "chauffage@tilleuls.example")],
)


def episode(**values):
    """Of the month under way, urgent."""
    usual = {
        "threshold_id": 4,
        "threshold": "Seuil mensuel",
        "severity": Severity.URGENT,
        "pce": PCE,
        "first": date(2026, 11, 1),
        "warned_on": date(2026, 11, 15),
        "peak_wh": 15_400 * KWH,
        "excess_wh": 1_400 * KWH,
        "last": date(2026, 11, 22),
        "last_wh": 15_400 * KWH,
        "last_limit_wh": 14_000 * KWH,
        "found_at": AT,
    }
    return an_episode(**(usual | values))


def row(**values):
    usual = {
        "id": 4,
        "name": "Seuil mensuel",
        "kind": ThresholdKind.FIXED,
        "period": ThresholdPeriod.MONTH,
        "severity": Severity.WARNING,
        "paused": False,
        "removed": False,
        "valid_from": None,
        "valid_to": None,
        "tag": "",
        "pces": 1,
        "sites": ("Gymnase Nord",),
        "warned": 0,
        "exceeded": 0,
        "changed_at": AT,
        "organisation": "",
        "mine": True,
    }
    return ThresholdRow(**(usual | values))


def counts(total=3, **values):
    usual = {"paused": 1, "open": 1, "removed": 0, "by_kind": {ThresholdKind.FIXED: total}}
    return ThresholdCounts(total=total, **(usual | values))


def home(**values):
    usual = {
        "rows": (),
        "awake": NO_EPISODES,
        "snoozed": 0,
        "thresholds": 3,
        "days_without": None,
    }
    return HomeEpisodes(**(usual | values))
