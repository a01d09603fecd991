"""Rights made as their distributor has them, from whatever state: no consent is asked again."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.models import Organisation
from data.bulk import insert_all, update_all
from data.db import blocks
from data.errors import Conflict
from data.pces.actions import create_unknown
from data.pces.models import Pce
from data.pces.rules import folded, number_of
from data.pouring import pour, take_ids
from data.rights.actions.grants import keep_grants
from data.rights.actions.moving import By, journal, locked
from data.rights.actions.opening import tell_opened
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.ended import ended_by
from data.rights.queries.visible import kinds_of
from data.rights.rules.standing import digest_of
from data.rights.rules.wider import news_of
from data.rights.types import (
    Changed,
    Declaration,
    Elsewhere,
    EndedBy,
    Kind,
    News,
    Origin,
    RightState,
    Source,
    Terms,
    Trigger,
)
from i18n import N_, PARIS

GONE = N_("Un de ces droits a changé entre-temps : rouvrez la liste des écarts.")
_DECLARED = tuple(one.name for one in fields(Declaration) if one.name != "kinds")
_PLAIN = tuple(one.name for one in fields(Terms) if one.name != "kinds")
Row = dict[str, Any]


def align(
    db: Session, organisation_id: int, said: Mapping[int, Terms], by: By
) -> Sequence[Changed]:
    """Make each right of the organisation, by its id, what *said* says of it.

    It may come back from its end, but where others than the organisation ended it here. Who holds
    its PCE is told then, or where more is read than before, and nobody else. Conflict when one of
    them may not, or is no more, and none is aligned.
    """
    rights = _locked(db, organisation_id, said)
    back = [one.id for one in rights if one.state.final and not said[one.id].state.final]
    if len(rights) != len(said) or _is_ended(db, back):
        raise Conflict(GONE)
    again = _aligned_before(db, [right.id for right in rights if right.state.waiting])
    events, told, changed = [], [], []
    for right in rights:
        terms = said[right.id]
        news = news_of(_terms(right), terms, again=right.id in again)
        told += [(right.pce_id, news)] if news else []
        events.append(_event(right.id, right.state, terms.state, terms.source, by))
        changed.append(Changed(right.uid, right.number, terms.state))
    if events:
        pairs = {(right.pce_id, organisation_id) for right in rights}
        _write(db, rights, said, by)
        insert_all(db, RightEventRow, events)
        journal(db, changed, Trigger.ALIGNED.value, by)
        keep_grants(db, pairs)
        tell_opened(db, organisation_id, told, by)
    return changed


def _is_ended(db: Session, ids: Sequence[int]) -> bool:
    """Whether others than its organisation ended one of them here."""
    ended = select(AccessRight.id).where(ended_by() == EndedBy.OTHERS.value).limit(1)
    found = (db.scalar(ended.where(AccessRight.id.in_(block))) for block in blocks(ids))
    return any(found)


def _aligned_before(db: Session, ids: Sequence[int]) -> set[int]:
    """Those that their distributor had changed, or brought here, already."""
    query = select(RightEventRow.right_id).where(RightEventRow.trigger == Trigger.ALIGNED)
    found = (db.scalars(query.where(RightEventRow.right_id.in_(some))) for some in blocks(ids))
    return {id_ for some in found for id_ in some}


def end_absent(
    db: Session, organisation_id: int, ids: Collection[int], by: By
) -> Sequence[Changed]:
    """End the rights that their distributor does not have: what it does not know allows nothing."""
    over = RightState.OBSOLETE, Source.ABSENCE
    ended = {
        right.id: _terms(right, state=over[0], source=over[1], closed_at=by.now)
        for right in _locked(db, organisation_id, ids)
    }
    if len(ended) != len(ids):
        raise Conflict(GONE)
    return align(db, organisation_id, ended, by)


def adopt(
    db: Session, organisation_id: int, found: Sequence[Elsewhere], by: By
) -> Sequence[tuple[int, str]]:
    """Write rights that the distributor has; the id and uid of each, in order.

    Who holds a PCE that is read so is told, and nobody else. A PCE that is not known is created at
    the postal code that is said, held by nobody. Raises Invalid for what is no PCE number.
    """
    if not found:
        return []
    asker = db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    pces = _pces(db, found, by)
    ids = take_ids(db, AccessRight, len(found))
    rows = [
        {"id": id_, **_row(one, pces[one.number], (organisation_id, asker), by)}
        for id_, one in zip(ids, found, strict=True)
    ]
    pour(db, AccessRight, list(rows[0]), (list(row.values()) for row in rows))
    told = [_event(row["id"], None, row["state"], row["source"], by) for row in rows]
    insert_all(db, RightEventRow, told)
    new = [Changed(row["uid"], row["number"], row["state"]) for row in rows]
    journal(db, new, Trigger.ALIGNED.value, by)
    active = {row["pce_id"] for row in rows if row["state"] is RightState.ACTIVE}
    keep_grants(db, {(pce_id, organisation_id) for pce_id in active})
    tell_opened(db, organisation_id, ((pce_id, News.OPENED) for pce_id in active), by)
    return [(row["id"], row["uid"]) for row in rows]


def _locked(db: Session, organisation_id: int, ids: Collection[int]) -> list[AccessRight]:
    mine = AccessRight.organisation_id == organisation_id
    return [
        right
        for block in blocks(sorted(ids))
        for right in locked(db, mine, AccessRight.id.in_(block))
    ]


def _terms(right: AccessRight, **changed: Any) -> Terms:  # noqa: ANN401 (fields of Terms)
    plain = {name: getattr(right, name) for name in _PLAIN}
    return Terms(**{**plain, "kinds": kinds_of(right), **changed})


def _write(db: Session, rights: Sequence[AccessRight], said: Mapping[int, Terms], by: By) -> None:
    """All of them by one statement; whoever holds one of them reads it again."""
    update_all(
        db, AccessRight, [({"id": one.id}, _values(one, said[one.id], by)) for one in rights]
    )
    for right in rights:
        db.expire(right)


def _values(right: AccessRight, terms: Terms, by: By) -> Row:
    plain = {name: getattr(terms, name) for name in _PLAIN}
    same = {name: getattr(right, name) for name in _DECLARED if name not in plain}
    if terms.state.final:
        plain["closed_at"] = terms.closed_at or by.now
    said = {name: plain[name] for name in _DECLARED if name in plain}
    return {
        **plain,
        **{kind.value: kind in terms.kinds for kind in Kind},
        "ends_key": terms.ends_on or date.max,
        "reminded": right.reminded if right.ends_on == terms.ends_on else None,
        "answer_due": None,  # whoever has to answer does so there
        "relayed": True,
        "digest": digest_of(Declaration(**same, **said, kinds=terms.kinds)),
    }


def _pces(db: Session, found: Sequence[Elsewhere], by: By) -> Mapping[str, int]:
    wanted = {one.number: one.postal_code for one in found}
    known = _ids_of(db, wanted)
    _place(db, [(known[number], wanted[number]) for number in known if wanted[number]])
    new = {number: number_of(number) for number in sorted(wanted.keys() - known.keys())}
    places = {well: wanted[number] for number, well in new.items()}
    create_unknown(db, places, now=by.now, places=places)
    made = _ids_of(db, places)
    return known | {number: made[well] for number, well in new.items()}


def _ids_of(db: Session, numbers: Collection[str]) -> dict[str, int]:
    query = select(Pce.number, Pce.id)
    found = (db.execute(query.where(Pce.number.in_(some))) for some in blocks(sorted(numbers)))
    return {row.number: row.id for rows in found for row in rows}


def _place(db: Session, told: Sequence[tuple[int, str]]) -> None:
    """A PCE that nobody holds here, and whose place nobody said, is where it is said to be."""
    for block in blocks(told):
        where = dict(block)
        query = select(Pce).where(Pce.id.in_(where), Pce.postal_code == "", Pce.holder_id.is_(None))
        for pce in db.scalars(query.order_by(Pce.id).with_for_update()):
            pce.postal_code = where[pce.id]


def _row(one: Elsewhere, pce_id: int, asker: tuple[int, str], by: By) -> Row:
    plain = {name: getattr(one, name) for name in _PLAIN}
    flags = {kind.value: kind in one.kinds for kind in Kind}
    who = {name: getattr(one, name) for name in _WHO}
    said = {name: plain[name] for name in _DECLARED if name in plain}
    declared = Declaration(**who, **said, kinds=one.kinds)
    holder = folded(declared.holder)
    search = holder, folded(one.number), folded(asker[1]), one.email
    return {
        **who,
        **plain,
        **flags,
        "uid": str(uuid.uuid4()),
        "pce_id": pce_id,
        "organisation_id": asker[0],
        "holder_key": holder,
        "site": "",
        "site_key": "",
        "ends_key": one.ends_on or date.max,
        "closed_at": (one.closed_at or by.now) if one.state.final else None,
        "purpose": "",
        "created_at": one.created_at,
        "declared_on": one.created_at.astimezone(PARIS).date(),
        "created_by": by.user_id,
        "origin": Origin.MIRROR,
        "relayed": True,
        "digest": digest_of(declared),
        "search": " ".join(filter(None, search)),
    }


_WHO = ("number", "role", "person", "company", "postal_code", "email", "phone")


def _event(
    right_id: int, before: RightState | None, after: RightState, source: Source | None, by: By
) -> Row:
    return {
        "right_id": right_id,
        "at": by.now,
        "trigger": Trigger.ALIGNED,
        "actor": by.actor,
        "user_id": by.user_id,
        "source": source if after.final else None,
        "before": before,
        "after": after,
    }
