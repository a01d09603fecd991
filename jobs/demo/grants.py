"""Demo rights that holders grant to the third party, as if declared and answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.metering.pces.rules import folded
from data.metering.pces.types import INJECTION
from data.migrations import tables
from data.rights.actions.grants import keep_grants
from data.rights.rules.declarations import years_after
from data.rights.rules.distributor_checks import digest_of
from data.rights.types import (
    Declaration,
    DeclarationOrigin,
    EndSource,
    RightActor,
    RightDataKind,
    RightRole,
    RightState,
    RightTrigger,
)
from jobs.demo.people import ACCOUNTS, ORGANISATIONS, THIRD_PARTY
from jobs.demo.sites import DemoGrant, DemoSite

ASKED = time(8, 30, tzinfo=UTC)
ADDRESS, TEXT = "192.0.2.10", "2026-11"  # of the answers: address, and version of the text
SINCE = date(2015, 1, 1)  # first day of the requested data, unless the site has its own
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Step:
    """An event of a right, and the resulting state."""

    at: datetime
    trigger: RightTrigger
    actor: RightActor
    after: RightState
    source: EndSource | None = None


class _Given:
    """A site whose holder accepted, as of a day."""

    def __init__(self, site: DemoSite, grant: DemoGrant, today: date) -> None:
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
            kinds=frozenset(RightDataKind) - self.grant.without,
            site=site.alias[:80],
            consented_on=self.starts,
        )

    @cached_property
    def steps(self) -> list[_Step]:
        asked_at = datetime.combine(self.starts, ASKED)
        pending, active, over = RightState.PENDING, RightState.ACTIVE, RightState.OBSOLETE
        steps = [
            _Step(asked_at, RightTrigger.DECLARED, RightActor.THIRD_PARTY, pending),
            _Step(asked_at + timedelta(hours=6), RightTrigger.ACCEPTED, RightActor.HOLDER, active),
        ]
        end_day, ago = self.site.ended_on, self.grant.revoked_ago
        if ago:
            day = self.today - timedelta(days=ago)
            steps.append(self._revoked(datetime.combine(day, ASKED)))
        elif end_day is not None and end_day < min(self.ends, self.today):
            at = _morning_after(end_day)
            steps.append(_Step(at, RightTrigger.MOVED, RightActor.SYSTEM, over, EndSource.MOVE))
        elif self.ends < self.today:
            at = _morning_after(self.ends)
            steps.append(_Step(at, RightTrigger.EXPIRED, RightActor.SYSTEM, over, EndSource.EXPIRY))
        return steps

    def _revoked(self, at: datetime) -> _Step:
        if self.grant.revoked_by is RightActor.HOLDER:
            return _Step(
                at, RightTrigger.WITHDRAWN, RightActor.HOLDER, RightState.REVOKED, EndSource.HOLDER
            )
        by = EndSource.THIRD_PARTY
        return _Step(at, RightTrigger.REVOKED, RightActor.THIRD_PARTY, RightState.REVOKED, by)


def give_rights(
    db: Session,
    sites: Sequence[DemoSite],
    ids: Mapping[str, int],
    organisations: Mapping[str, int],
    today: date,
) -> None:
    """Write the rights of `sites` with their events and the resulting grants."""
    given_rights = [_Given(site, site.grant, today) for site in sites if site.grant]
    if not given_rights:
        return
    users, asker, table = _users(db), organisations[THIRD_PARTY], tables()["access_rights"]
    rights = [
        {"pce_id": ids[given_right.site.number], "organisation_id": asker}
        | {"created_by": users[_people(THIRD_PARTY)[0]]}
        | _right(given_right)
        for given_right in given_rights
    ]
    db.execute(insert(table), rights)
    uids = select(table.c.uid, table.c.id).where(table.c.uid.in_([row["uid"] for row in rights]))
    keys = {row.uid: row.id for row in db.execute(uids)}
    events = [
        event
        for given_right, right in zip(given_rights, rights, strict=True)
        for event in _events(keys[right["uid"]], given_right, users)
    ]
    db.execute(insert(tables()["right_events"]), events)
    keep_grants(db, {(row["pce_id"], asker) for row in rights})


def _right(given_right: _Given) -> Row:
    declared, last = given_right.declared, given_right.steps[-1]
    values = {name: getattr(declared, name) for name in _AS_DECLARED}
    site, holder = folded(declared.site), folded(declared.company)
    search_words = (site, holder, folded(declared.number), folded(ORGANISATIONS[THIRD_PARTY][0]))
    return values | {
        "uid": str(UUID(digest_of(declared))),  # the same fleet gives the same identifiers
        "state": last.after,
        "source": last.source,
        "holder_key": holder,
        "site_key": site,
        "ends_key": given_right.ends,
        **{kind.value: kind in declared.kinds for kind in RightDataKind},
        "created_at": given_right.steps[0].at,
        "declared_on": given_right.starts,
        "origin": DeclarationOrigin.DIRECT,
        "digest": digest_of(declared),
        "answered_at": given_right.steps[1].at,
        "closed_at": last.at if last.after.final else None,
        "search": " ".join((*search_words, declared.email)),
    }


def _events(key: int, given_right: _Given, users: Mapping[str, int]) -> Iterator[Row]:
    people = {RightActor.THIRD_PARTY: THIRD_PARTY, RightActor.HOLDER: given_right.site.owner}
    before = None
    for step in given_right.steps:
        answered = step.actor is RightActor.HOLDER
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
    """Return the addresses of an organisation's people, the administrator first."""
    return [account.email for account in ACCOUNTS if account.organisation == organisation]


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
