"""Query what a holder's link opens; the token is the permission."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.identity.audit.queries import list_reads
from data.metering.pces.models import Pce
from data.rights.models import AccessRight, HolderLink
from data.rights.queries.closed_addresses import list_silent_rights
from data.rights.queries.letter_opt_outs import find_passport_letter
from data.rights.queries.visible import COLUMNS, list_kinds
from data.rights.types import DataReader, Passport, PassportRight

NO_LINK = N_("Ce lien n’existe pas, ou plus.")
MOST_READS = 500


def get_passport_digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_opened_by_link(token: str) -> ColumnElement[bool]:
    """Return the condition for the rights that a link opens."""
    links = select(HolderLink.right_id).where(HolderLink.token_hash == get_passport_digest(token))
    return AccessRight.id.in_(links)


def count_letter_rights(db: Session, token: str) -> int:
    """Count the rights of a link; raise NotFound for an unknown link."""
    links = select(func.count()).where(HolderLink.token_hash == get_passport_digest(token))
    count = db.scalar(links) or 0
    if not count:
        raise NotFound(NO_LINK)
    return count


def get_passport(db: Session, token: str) -> Passport:
    """Return the rights of a link and who read what; raise NotFound for an unknown link."""
    rights = read_rights(db, is_opened_by_link(token))
    if not rights:
        raise NotFound(NO_LINK)
    passport_rights = tuple(right for _, right in rights)
    letter, readers = find_passport_letter(db, get_passport_digest(token)), list_readers(db, rights)
    return Passport(
        passport_rights, readers, letter, list_silent_rights(db, is_opened_by_link(token))
    )


def list_letter_rights(db: Session, token_hash: str) -> tuple[PassportRight, ...]:
    """Return the rights that a letter is about."""
    links = select(HolderLink.right_id).where(HolderLink.token_hash == token_hash)
    return tuple(right for _, right in read_rights(db, AccessRight.id.in_(links)))


def read_rights(db: Session, condition: ColumnElement[bool]) -> list[tuple[int, PassportRight]]:
    """Return the rights in id order, each with its organisation id."""
    columns = (*COLUMNS, AccessRight.organisation_id, AccessRight.answered_at)
    around = (Pce.alias, Pce.street, Pce.city, HELD_BY_READER.label("theirs"))
    query = select(*columns, *around).join(Pce, Pce.id == AccessRight.pce_id).where(condition)
    return [
        (row.organisation_id, replace(read_passport_right(row), place=_place(row)))
        for row in db.execute(query.order_by(AccessRight.id))
    ]


# The asked holder still holds the PCE here; otherwise nothing of the present holder is shown.
HELD_BY_READER = and_(
    Pce.holder_id.is_not(None),
    or_(Pce.holder_since.is_(None), AccessRight.declared_on >= Pce.holder_since),
)


def _place(row: Any) -> str:  # noqa: ANN401 (a row)
    """Return the holder's own name for the PCE, or its address."""
    if not row.theirs:
        return ""
    return row.alias or ", ".join(filter(None, (row.street, row.city)))


def read_passport_right(row: Any) -> PassportRight:  # noqa: ANN401 (a row)
    """Build the holder's view of a right from a row of COLUMNS and `answered_at`."""
    return copy_fields(
        PassportRight,
        row,
        kinds=list_kinds(row),
        first=row.injection_first if row.role.injection else row.supply_first,
        last=row.injection_last if row.role.injection else row.supply_last,
        injection=row.role.injection,
        place="",
        purpose=row.purpose if row.role.authorised else None,
    )


def list_readers(
    db: Session, rights: Sequence[tuple[int, PassportRight]]
) -> tuple[DataReader, ...]:
    """Return the latest reads under these rights, latest first.

    Only reads made while one of them existed are listed: later holders have their own.
    """
    spans: dict[tuple[int, str], list[PassportRight]] = {}
    for organisation, right in rights:
        spans.setdefault((organisation, right.number), []).append(right)
    reads = list_reads(
        db,
        numbers={number for _, number in spans},
        organisations={organisation for organisation, _ in spans},
        limit=MOST_READS,
    )
    readers = []
    for read in reads:
        for right in spans.get((read.organisation_id, read.number), ()):
            over = right.closed_at is not None and read.at > right.closed_at
            if right.created_at <= read.at and not over:
                readers.append(DataReader(read.at, right.third_party, read.action, read.number))
                break
    return tuple(readers)
