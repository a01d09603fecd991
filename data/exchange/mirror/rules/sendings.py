"""Rules of messages about a right: contents, recognition and retries."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from core.i18n import PARIS
from data.exchange.mirror.types import ClaimedSending, LineFault, TheirRight
from data.notifications.rules import retry_when_down
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE
from data.rights.types import RightDataKind, RightRole

LAST = 2100  # year; an end beyond means none (9999-12-31)
_LOOKS = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 180, 360, 720))
A_MINUTE = 60  # messages sent in a minute, one second apart
MARGIN = timedelta(hours=2)  # tolerated lag of the upstream clock, including the repeated hour


class Declared(Protocol):
    """A local right, as it was declared."""

    role: RightRole
    person: str
    company: str
    postal_code: str
    email: str
    phone: str
    starts_on: date | None
    ends_on: date | None
    supply_first: date | None
    supply_last: date | None
    injection_first: date | None
    injection_last: date | None


def body_of(right: Declared, kinds: Collection[RightDataKind]) -> Mapping[str, str]:
    """Return a declaration in ADICT's names (domain.md §4.3), without empty values."""
    values = {
        "role_tiers": ROLES[right.role],
        "nom_titulaire": right.person,
        "raison_sociale": right.company,
        "code_postal": right.postal_code,
        "courriel_titulaire": right.email,
        "numero_telephone_mobile_titulaire": right.phone,
        "date_debut_droit_acces": _day(right.starts_on),
        "date_fin_droit_acces": _day(right.ends_on),
        "perim_donnees_conso_debut": _day(right.supply_first),
        "perim_donnees_conso_fin": _day(right.supply_last),
        "perim_donnees_inj_debut": _day(right.injection_first),
        "perim_donnees_inj_fin": _day(right.injection_last),
    }
    if kinds or right.role.authorised:
        values |= {name: TRUE if kind in kinds else FALSE for kind, name in FLAGS.items()}
    return {name: text for name, text in values.items() if text}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def is_of(upstream_right: TheirRight, parcel: ClaimedSending) -> bool:
    """Return whether an answer describes the sent right, by PCE, role and days.

    Missing days of a declaration are chosen upstream.
    """
    same = (upstream_right.number, upstream_right.role) == (parcel.number, parcel.role)
    days = (upstream_right.starts_on, parcel.starts_on), (upstream_right.ends_on, parcel.ends_on)
    return same and all(sent_value in {None, upstream_value} for upstream_value, sent_value in days)


def left_then(
    parcel: ClaimedSending, upstream_rights: Iterable[TheirRight], taken_uids: Collection[str]
) -> str:
    """Return the uid of the right created by the message of `left_at`, "" without one.

    `taken_uids` are other local rights, or were there before. The earliest match wins.
    """
    assert parcel.left_at is not None  # noqa: S101 (it left, or nothing is looked for)
    since = parcel.left_at - MARGIN
    return _first(
        parcel,
        (
            upstream_right
            for upstream_right in upstream_rights
            if _is_since(upstream_right.created_at, since)
        ),
        taken_uids,
    )


def _is_since(created_at: datetime, since: datetime) -> bool:
    """Return whether a right was created since; at midnight only days are compared."""
    here = created_at.astimezone(PARIS)
    if here.time() == time():
        return here.date() >= since.astimezone(PARIS).date()
    return created_at >= since


def open_there(
    parcel: ClaimedSending, upstream_rights: Iterable[TheirRight], taken_uids: Collection[str]
) -> str:
    """Return the open upstream right that blocks the declaration, with the same days."""
    return _first(
        parcel,
        (upstream_right for upstream_right in upstream_rights if not upstream_right.state.final),
        taken_uids,
    )


def _first(
    parcel: ClaimedSending, upstream_rights: Iterable[TheirRight], taken_uids: Collection[str]
) -> str:
    sent_values = parcel.number, parcel.role, parcel.starts_on, parcel.ends_on
    same = [
        upstream_right
        for upstream_right in upstream_rights
        if upstream_right.uid not in taken_uids
        and (
            upstream_right.number,
            upstream_right.role,
            upstream_right.starts_on,
            upstream_right.ends_on,
        )
        == sent_values
    ]
    return min(same, key=lambda one: (one.created_at, one.uid)).uid if same else ""


def named(parcel: ClaimedSending, heard: Iterable[TheirRight], taken: Collection[str]) -> str:
    """Return the known upstream uid of what is revoked or proved."""
    del heard, taken
    return parcel.their_uid


def may_be(fault: LineFault, parcel: ClaimedSending, taken_uids: Collection[str]) -> bool:
    """Return whether an unreadable line may describe the message, by its names."""
    if fault.number not in {"", parcel.number}:
        return False
    return fault.uid in {"", parcel.their_uid} if parcel.their_uid else fault.uid not in taken_uids


def believed_end(day: date | None) -> date | None:
    """Return `day`, or None when it is so far off that it means no end."""
    return day if day and day.year <= LAST else None


def next_look(looks: int, now: datetime) -> datetime | None:
    """Return when to search again after `looks` unreadable lists; None: never."""
    return now + _LOOKS[looks] if looks < len(_LOOKS) else None


def after(last: date, now: datetime) -> datetime:
    """Return when the day `last` is over in Paris, at least an hour from `now`."""
    over = datetime.combine(last + timedelta(days=1), time(), PARIS).astimezone(UTC)
    return max(over, now + timedelta(hours=1))


def next_try(created_at: datetime, now: datetime, retry_at: datetime | None) -> datetime:
    """Return when to retry after an outage: never given up, at growing intervals."""
    usual = retry_when_down(created_at, now)
    return max(usual, retry_at) if retry_at else usual
