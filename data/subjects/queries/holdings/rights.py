"""Access rights, imports of them, letters to holders."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from data.mirror.models import MirrorRight
from data.pces.models import Pce
from data.rights.models import (
    AccessRight,
    HolderLink,
    ImportLine,
    RightEventRow,
    RightLetterRow,
    RightTry,
    SavedViewRow,
    StoppedMailbox,
)
from data.rights.queries.due import OPEN
from data.rights.rules.addresses import mailbox_of
from data.rights.types import Actor, RightState, Trigger
from data.subjects.queries.holdings.base import Holding, Where, either, mine, named, quoted, saying
from data.subjects.types import DataClass, Fate, Subject

GIVEN = (
    "uid number role state person company site email phone postal_code starts_on ends_on"
    " supply_first supply_last injection_first injection_last informative published contractual"
    " technical consented_on purpose created_at declared_on relayed answer_due answered_at"
    " closed_at source proof_state proof_due"
)
NO_HOLDER: dict[str, object] = {
    "person": "", "company": "", "site": "", "email": "", "phone": "", "holder_key": "",
    "site_key": "", "search": "",
}  # fmt: skip
_theirs = named(AccessRight.email)


def standing(subject: Subject) -> ColumnElement[bool]:
    """A right whose holder they are, that is not over."""
    return and_(_theirs(subject), AccessRight.state.in_(OPEN))


def ended(subject: Subject) -> ColumnElement[bool]:
    """A right whose holder they are, that is over."""
    return and_(_theirs(subject), AccessRight.state.not_in(OPEN))


def _of(condition: Where) -> Any:  # noqa: ANN401 (a subquery of ids)
    return lambda subject: select(AccessRight.id).where(condition(subject))


def _linked(condition: Where) -> Where:
    """The links to rights of that sort."""
    return lambda subject: HolderLink.right_id.in_(_of(condition)(subject))


def _useful(subject: Subject) -> ColumnElement[bool]:
    """A letter by which the person may still answer."""
    del subject
    links = select(HolderLink.token_hash).join(AccessRight, AccessRight.id == HolderLink.right_id)
    return RightLetterRow.token_hash.in_(links.where(AccessRight.state.in_(OPEN)))


def _letters(*, useful: bool) -> Where:
    def where(subject: Subject) -> ColumnElement[bool]:
        kept = _useful(subject)
        return and_(named(RightLetterRow.email)(subject), kept if useful else ~kept)

    return where


def _answered(subject: Subject) -> ColumnElement[bool]:
    """What they answered: by a link, which is nobody's account, or signed in."""
    by_them = or_(RightEventRow.user_id.is_(None), mine(RightEventRow.user_id)(subject))
    as_holder = and_(RightEventRow.actor == Actor.HOLDER, by_them)
    return and_(RightEventRow.right_id.in_(_of(_theirs)(subject)), as_holder)


def _delivered(subject: Subject) -> ColumnElement[bool]:
    """The PCE that bear the name by which a right calls them, once they said that it is theirs.

    Who declares a right writes the address: alone, it does not make its reader the holder.
    """
    agreed = exists().where(
        RightEventRow.right_id == AccessRight.id,
        RightEventRow.actor == Actor.HOLDER,
        RightEventRow.trigger.in_((Trigger.ACCEPTED, Trigger.WITHDRAWN)),
    )
    known = or_(AccessRight.state == RightState.ACTIVE, agreed)
    same = or_(Pce.holder_name == AccessRight.person, Pce.holder_name == AccessRight.company)
    of_them = exists().where(AccessRight.pce_id == Pce.id, _theirs(subject), known, same)
    return and_(Pce.holder_name != "", of_them)


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        name="letters", table=RightLetterRow, where=_letters(useful=False),
        given="kind email language state created_at sent_at attempts error",
        data_class=DataClass.LETTERS, fate=Fate.ERASED,
    ),
    Holding(
        name="letters_to_answer", table=RightLetterRow, where=_letters(useful=True),
        given="kind email language state created_at sent_at attempts error",
        data_class=DataClass.LETTERS, fate=Fate.KEPT,
    ),
    Holding(
        name="links_over", table=HolderLink, where=_linked(ended),
        given="right_id",
        data_class=DataClass.LETTERS, fate=Fate.ERASED,
    ),
    Holding(
        name="links", table=HolderLink, where=_linked(standing),
        given="right_id",
        data_class=DataClass.LETTERS, fate=Fate.KEPT,
    ),
    Holding(
        name="letters_stopped", table=StoppedMailbox,
        where=lambda subject: StoppedMailbox.mailbox == mailbox_of(subject.email),
        given="mailbox at",
        data_class=DataClass.STOPS, fate=Fate.KEPT,
    ),
    Holding(
        name="story_of_rights", table=RightEventRow,
        where=lambda subject: RightEventRow.right_id.in_(_of(_theirs)(subject)),
        given="at trigger actor source before after",
        data_class=DataClass.RIGHTS, fate=Fate.KEPT,
    ),
    Holding(
        name="answers_as_holder", table=RightEventRow, where=_answered,
        given="at trigger actor source before after address text_version",
        data_class=DataClass.RIGHTS, fate=Fate.KEPT,
    ),
    Holding(
        name="acts_on_rights", table=RightEventRow, where=mine(RightEventRow.user_id),
        given="at trigger actor source before after",
        data_class=DataClass.RIGHTS, fate=Fate.KEPT,
    ),
    Holding(
        name="delivery_points", table=Pce, where=_delivered,
        given="number alias holder_name street postal_code city",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="rights_standing", table=AccessRight, where=standing,
        given=GIVEN,
        data_class=DataClass.RIGHTS, fate=Fate.KEPT,
    ),
    Holding(
        name="rights_declared", table=AccessRight, where=mine(AccessRight.created_by),
        given="uid number role state created_at declared_on",
        data_class=DataClass.RIGHTS, fate=Fate.KEPT,
    ),
    Holding(
        name="lines_not_taken", table=ImportLine,
        where=saying(ImportLine.cells, quoted),
        given="line state number cells problems",
        data_class=DataClass.RECEIPTS, fate=Fate.BLANKED, blank={"cells": None, "problems": []},
    ),
    Holding(
        name="rights_over", table=AccessRight, where=ended,
        given=GIVEN,
        data_class=DataClass.RIGHTS, fate=Fate.BLANKED, blank=NO_HOLDER,
    ),
    Holding(
        name="rights_elsewhere", table=MirrorRight, where=named(MirrorRight.email),
        given="uid number role state person company email phone postal_code starts_on ends_on"
        " supply_first supply_last injection_first injection_last informative published contractual"
        " technical created_at closed_at source proof_state proof_due",
        data_class=DataClass.RIGHTS, fate=Fate.BLANKED,
        blank={"person": "", "company": "", "email": "", "phone": ""},
    ),
    Holding(
        name="saved_views", table=SavedViewRow, where=mine(SavedViewRow.user_id),
        given="name query created_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="tries_of_declarations", table=RightTry, where=either(mine(RightTry.user_id)),
        given="at weight",
        data_class=DataClass.TRIES, fate=Fate.ERASED,
    ),
)  # fmt: skip
