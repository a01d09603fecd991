"""What the holders of sites let the third party read: a right each, as if declared and answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.migrations import tables
from data.pces.rules import folded
from data.pces.types import INJECTION
from data.rights.actions.grants import keep_grants
from data.rights.rules.declaring import years_after
from data.rights.rules.standing import digest_of
from data.rights.types import (
    Actor,
    Declaration,
    Kind,
    Origin,
    RightRole,
    RightState,
    Source,
    Trigger,
)
from jobs.demo.people import ACCOUNTS, ORGANISATIONS, THIRD_PARTY
from jobs.demo.sites import Grant, Site

ASKED = time(8, 30, tzinfo=UTC)
ADDRESS, TEXT = "192.0.2.10", "2026-11"  # of the answers: where from, to which sentences
SINCE = date(2015, 1, 1)  # the first day of the data asked for, where the site says none
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Step:
    """What happened to a right, and where it led."""

    at: datetime
    trigger: Trigger
    actor: Actor
    after: RightState
    source: Source | None = None


class _Given:
    """One site whose holder said yes, seen from a day."""

    def __init__(self, site: Site, grant: Grant, today: date) -> None:
        self.site, self.grant, self.today = site, grant, today
        lasting = grant.valid_to is None
        self.starts = years_after(today, -1) if lasting else grant.valid_from
        self.ends = grant.valid_to or years_after(self.starts, 3)

    @cached_property
    def declared(self) -> Declaration:
        site, injects = self.site, self.site.tariff == INJECTION
        days = self.grant.first_day or SINCE, self.grant.last_day or self.ends
        supply, injection = ((None, None), days) if injects else (days, (None, None))
        return Declaration(
            number=site.number,
            role=RightRole.AUTHORISED_INJECTION if injects else RightRole.AUTHORISED_SUPPLY,
            person="",
            company=ORGANISATIONS[site.owner][0],
            postal_code=site.postal_code,
            email=_people(site.owner)[0],
            phone="",
            starts_on=self.starts,
            ends_on=self.ends,
            supply_first=supply[0],
            supply_last=supply[1],
            injection_first=injection[0],
            injection_last=injection[1],
            kinds=frozenset(Kind) - self.grant.without,
            site=site.alias[:80],
            consented_on=self.starts,
        )

    @cached_property
    def steps(self) -> list[_Step]:
        asked = datetime.combine(self.starts, ASKED)
        pending, active, over = RightState.PENDING, RightState.ACTIVE, RightState.OBSOLETE
        steps = [
            _Step(asked, Trigger.DECLARED, Actor.THIRD_PARTY, pending),
            _Step(asked + timedelta(hours=6), Trigger.ACCEPTED, Actor.HOLDER, active),
        ]
        left, ago = self.site.ended_on, self.grant.revoked_ago
        if ago:
            day = self.today - timedelta(days=ago)
            steps.append(self._revoked(datetime.combine(day, ASKED)))
        elif left is not None and left < min(self.ends, self.today):
            at = _morning_after(left)
            steps.append(_Step(at, Trigger.MOVED, Actor.SYSTEM, over, Source.MOVE))
        elif self.ends < self.today:
            at = _morning_after(self.ends)
            steps.append(_Step(at, Trigger.EXPIRED, Actor.SYSTEM, over, Source.EXPIRY))
        return steps

    def _revoked(self, at: datetime) -> _Step:
        if self.grant.revoked_by is Actor.HOLDER:
            return _Step(at, Trigger.WITHDRAWN, Actor.HOLDER, RightState.REVOKED, Source.HOLDER)
        by = Source.THIRD_PARTY
        return _Step(at, Trigger.REVOKED, Actor.THIRD_PARTY, RightState.REVOKED, by)


def give_rights(
    db: Session,
    sites: Sequence[Site],
    ids: Mapping[str, int],
    organisations: Mapping[str, int],
    today: date,
) -> None:
    """Write the rights of *sites* at once, what happened to each, and the grants they make."""
    given = [_Given(site, site.grant, today) for site in sites if site.grant]
    if not given:
        return
    users, asker, table = _users(db), organisations[THIRD_PARTY], tables()["access_rights"]
    rights = [
        {"pce_id": ids[one.site.number], "organisation_id": asker}
        | {"created_by": users[_people(THIRD_PARTY)[0]]}
        | _right(one)
        for one in given
    ]
    db.execute(insert(table), rights)
    uids = select(table.c.uid, table.c.id).where(table.c.uid.in_([row["uid"] for row in rights]))
    keys = {row.uid: row.id for row in db.execute(uids)}
    events = [
        event
        for one, right in zip(given, rights, strict=True)
        for event in _events(keys[right["uid"]], one, users)
    ]
    db.execute(insert(tables()["right_events"]), events)
    keep_grants(db, {(row["pce_id"], asker) for row in rights})


def _right(one: _Given) -> Row:
    declared, last = one.declared, one.steps[-1]
    kept = {name: getattr(declared, name) for name in _AS_DECLARED}
    site, holder = folded(declared.site), folded(declared.company)
    told = (site, holder, folded(declared.number), folded(ORGANISATIONS[THIRD_PARTY][0]))
    return kept | {
        "uid": str(UUID(digest_of(declared))),  # the same fleet, the same addresses
        "state": last.after,
        "source": last.source,
        "holder_key": holder,
        "site_key": site,
        "ends_key": one.ends,
        **{kind.value: kind in declared.kinds for kind in Kind},
        "created_at": one.steps[0].at,
        "declared_on": one.starts,
        "origin": Origin.DIRECT,
        "digest": digest_of(declared),
        "answered_at": one.steps[1].at,
        "closed_at": last.at if last.after.final else None,
        "search": " ".join((*told, declared.email)),
    }


def _events(key: int, one: _Given, users: Mapping[str, int]) -> Iterator[Row]:
    people = {Actor.THIRD_PARTY: THIRD_PARTY, Actor.HOLDER: one.site.owner}
    before = None
    for step in one.steps:
        answered = step.actor is Actor.HOLDER
        yield {
            "right_id": key,
            "at": step.at,
            "trigger": step.trigger,
            "actor": step.actor,
            "user_id": users[_people(people[step.actor])[0]] if step.actor in people else None,
            "source": step.source,
            "before": before,
            "after": step.after,
            "address": ADDRESS if answered else None,
            "text_version": TEXT if answered else None,
        }
        before = step.after


def _people(organisation: str) -> list[str]:
    """The addresses of an organisation's people, who decides first."""
    return [one.email for one in ACCOUNTS if one.organisation == organisation]


def _users(db: Session) -> Mapping[str, int]:
    users = tables()["users"]
    return {row.email: row.id for row in db.execute(select(users.c.email, users.c.id))}


def _morning_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), ASKED)


_AS_DECLARED = (
    *("number", "role", "person", "company", "postal_code", "email", "phone", "site"),
    *("starts_on", "ends_on", "supply_first", "supply_last", "injection_first"),
    *("injection_last", "consented_on", "purpose"),
)
