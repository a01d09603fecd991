"""Align rights with the distributor's, from any state, without asking consent again."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bulk import insert_all, update_all
from core.copy import pour, take_ids
from core.database import blocks
from core.errors import Conflict
from core.i18n import N_, PARIS
from data.identity.accounts.models import Organisation
from data.metering.pces.actions import create_unknown
from data.metering.pces.models import Pce
from data.metering.pces.rules import folded, number_of
from data.rights.actions.grants import keep_grants
from data.rights.actions.holder_notices import tell_opened
from data.rights.actions.transitions import RightAuthor, journal, locked
from data.rights.models import AccessRight, RightEventRow
from data.rights.queries.end_origin import find_ended_by_column
from data.rights.queries.visible import list_kinds
from data.rights.rules.distributor_checks import digest_of
from data.rights.rules.widened_rights import news_of
from data.rights.types import (
    Changed,
    Declaration,
    DeclarationOrigin,
    EndedBy,
    EndSource,
    RightDataKind,
    RightNews,
    RightState,
    RightTerms,
    RightTrigger,
    UpstreamRightTerms,
)

GONE = N_("Un de ces droits a changé entre-temps : rouvrez la liste des écarts.")
_DECLARED = tuple(attribute.name for attribute in fields(Declaration) if attribute.name != "kinds")
_PLAIN = tuple(attribute.name for attribute in fields(RightTerms) if attribute.name != "kinds")
Row = dict[str, Any]


def align(
    db: Session, organisation_id: int, terms_by_id: Mapping[int, RightTerms], by: RightAuthor
) -> Sequence[Changed]:
    """Change rights of the organisation, by id, to the terms that the distributor has.

    A right may reopen unless another party than the organisation ended it here. Only the holder of
    its PCE is notified, when a right opens or widens. Raise Conflict when a right is gone or may
    not reopen; none is aligned then.
    """
    rights = _locked(db, organisation_id, terms_by_id)
    back = [
        candidate.id
        for candidate in rights
        if candidate.state.final and not terms_by_id[candidate.id].state.final
    ]
    if len(rights) != len(terms_by_id) or _is_ended(db, back):
        raise Conflict(GONE)
    # The ids of rights that the distributor created or changed before
    query = select(RightEventRow.right_id).where(RightEventRow.trigger == RightTrigger.ALIGNED)
    id_batches = (
        db.scalars(query.where(RightEventRow.right_id.in_(batch)))
        for batch in blocks([right.id for right in rights if right.state.waiting])
    )
    repeated_ids = {id_ for batch in id_batches for id_ in batch}
    events, opened_news, changed = [], [], []
    for right in rights:
        terms = terms_by_id[right.id]
        news = news_of(_terms(right), terms, is_repeat=right.id in repeated_ids)
        opened_news += [(right.pce_id, news)] if news else []
        events.append(_event(right.id, right.state, terms.state, terms.source, by))
        changed.append(Changed(right.uid, right.number, terms.state))
    if events:
        pairs = {(right.pce_id, organisation_id) for right in rights}
        _write(db, rights, terms_by_id, by)
        insert_all(db, RightEventRow, events)
        journal(db, changed, RightTrigger.ALIGNED.value, by)
        keep_grants(db, pairs)
        tell_opened(db, organisation_id, opened_news, by)
    return changed


def _is_ended(db: Session, ids: Sequence[int]) -> bool:
    """Return whether another party than the organisation ended one of these rights here."""
    ended = select(AccessRight.id).where(find_ended_by_column() == EndedBy.OTHERS.value).limit(1)
    results = (db.scalar(ended.where(AccessRight.id.in_(block))) for block in blocks(ids))
    return any(results)


def end_absent(
    db: Session, organisation_id: int, ids: Collection[int], by: RightAuthor
) -> Sequence[Changed]:
    """End the rights that the distributor does not have, since an unknown right allows nothing."""
    over = RightState.OBSOLETE, EndSource.ABSENCE
    ended = {
        right.id: _terms(right, state=over[0], source=over[1], closed_at=by.now)
        for right in _locked(db, organisation_id, ids)
    }
    if len(ended) != len(ids):
        raise Conflict(GONE)
    return align(db, organisation_id, ended, by)


def adopt(
    db: Session,
    organisation_id: int,
    upstream_rights: Sequence[UpstreamRightTerms],
    by: RightAuthor,
) -> Sequence[tuple[int, str]]:
    """Create rights that the distributor has; return the id and uid of each, in order.

    Only the holder of an opened PCE is notified. An unknown PCE is created at the given postal
    code, without holder. Raise Invalid for an invalid PCE number.
    """
    if not upstream_rights:
        return []
    asker = db.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()
    pces = _pces(db, upstream_rights, by)
    ids = take_ids(db, AccessRight, len(upstream_rights))
    rows = [
        {
            "id": id_,
            **_row(upstream_right, pces[upstream_right.number], (organisation_id, asker), by),
        }
        for id_, upstream_right in zip(ids, upstream_rights, strict=True)
    ]
    pour(db, AccessRight, list(rows[0]), (list(row.values()) for row in rows))
    events = [_event(row["id"], None, row["state"], row["source"], by) for row in rows]
    insert_all(db, RightEventRow, events)
    new = [Changed(row["uid"], row["number"], row["state"]) for row in rows]
    journal(db, new, RightTrigger.ALIGNED.value, by)
    active = {row["pce_id"] for row in rows if row["state"] is RightState.ACTIVE}
    keep_grants(db, {(pce_id, organisation_id) for pce_id in active})
    tell_opened(db, organisation_id, ((pce_id, RightNews.OPENED) for pce_id in active), by)
    return [(row["id"], row["uid"]) for row in rows]


def _locked(db: Session, organisation_id: int, ids: Collection[int]) -> list[AccessRight]:
    mine = AccessRight.organisation_id == organisation_id
    return [
        right
        for block in blocks(sorted(ids))
        for right in locked(db, mine, AccessRight.id.in_(block))
    ]


def _terms(right: AccessRight, **changed: Any) -> RightTerms:  # noqa: ANN401 (fields of Terms)
    plain = {name: getattr(right, name) for name in _PLAIN}
    return RightTerms(**{**plain, "kinds": list_kinds(right), **changed})


def _write(
    db: Session, rights: Sequence[AccessRight], said: Mapping[int, RightTerms], by: RightAuthor
) -> None:
    """Write all rights in one statement; callers that hold one of them must reload it."""
    update_all(
        db,
        AccessRight,
        [
            ({"id": locked_right.id}, _values(locked_right, said[locked_right.id], by))
            for locked_right in rights
        ],
    )
    for right in rights:
        db.expire(right)


def _values(right: AccessRight, terms: RightTerms, by: RightAuthor) -> Row:
    plain = {name: getattr(terms, name) for name in _PLAIN}
    same = {name: getattr(right, name) for name in _DECLARED if name not in plain}
    if terms.state.final:
        plain["closed_at"] = terms.closed_at or by.now
    declared_values = {name: plain[name] for name in _DECLARED if name in plain}
    return {
        **plain,
        **{kind.value: kind in terms.kinds for kind in RightDataKind},
        "ends_key": terms.ends_on or date.max,
        "reminded": right.reminded if right.ends_on == terms.ends_on else None,
        "answer_due": None,  # the answer is expected upstream
        "relayed": True,
        "digest": digest_of(Declaration(**same, **declared_values, kinds=terms.kinds)),
    }


def _pces(
    db: Session, upstream_rights: Sequence[UpstreamRightTerms], by: RightAuthor
) -> Mapping[str, int]:
    postal_codes = {
        upstream_right.number: upstream_right.postal_code for upstream_right in upstream_rights
    }
    known_ids = _ids_of(db, postal_codes)
    for block in blocks(
        [(known_ids[number], postal_codes[number]) for number in known_ids if postal_codes[number]]
    ):
        where = dict(block)
        query = select(Pce).where(Pce.id.in_(where), Pce.postal_code == "", Pce.holder_id.is_(None))
        for pce in db.scalars(query.order_by(Pce.id).with_for_update()):
            pce.postal_code = where[pce.id]
    new = {number: number_of(number) for number in sorted(postal_codes.keys() - known_ids.keys())}
    places = {well: postal_codes[number] for number, well in new.items()}
    create_unknown(db, places, now=by.now, places=places)
    created_ids = _ids_of(db, places)
    return known_ids | {number: created_ids[well] for number, well in new.items()}


def _ids_of(db: Session, numbers: Collection[str]) -> dict[str, int]:
    query = select(Pce.number, Pce.id)
    row_batches = (
        db.execute(query.where(Pce.number.in_(batch))) for batch in blocks(sorted(numbers))
    )
    return {row.number: row.id for rows in row_batches for row in rows}


def _row(
    upstream_right: UpstreamRightTerms, pce_id: int, asker: tuple[int, str], by: RightAuthor
) -> Row:
    plain = {name: getattr(upstream_right, name) for name in _PLAIN}
    flags = {kind.value: kind in upstream_right.kinds for kind in RightDataKind}
    who = {name: getattr(upstream_right, name) for name in _WHO}
    declared_values = {name: plain[name] for name in _DECLARED if name in plain}
    declared = Declaration(**who, **declared_values, kinds=upstream_right.kinds)
    holder = folded(declared.holder)
    search = holder, folded(upstream_right.number), folded(asker[1]), upstream_right.email
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
        "ends_key": upstream_right.ends_on or date.max,
        "closed_at": (upstream_right.closed_at or by.now) if upstream_right.state.final else None,
        "purpose": "",
        "created_at": upstream_right.created_at,
        "declared_on": upstream_right.created_at.astimezone(PARIS).date(),
        "created_by": by.user_id,
        "origin": DeclarationOrigin.MIRROR,
        "relayed": True,
        "digest": digest_of(declared),
        "search": " ".join(filter(None, search)),
    }


_WHO = ("number", "role", "person", "company", "postal_code", "email", "phone")


def _event(
    right_id: int,
    before: RightState | None,
    after: RightState,
    source: EndSource | None,
    by: RightAuthor,
) -> Row:
    return {
        "right_id": right_id,
        "at": by.now,
        "trigger": RightTrigger.ALIGNED,
        "actor": by.actor,
        "user_id": by.user_id,
        "source": source if after.final else None,
        "before": before,
        "after": after,
    }
