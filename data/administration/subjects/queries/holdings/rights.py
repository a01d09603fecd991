"""Holdings of access rights, imports and letters to holders."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from data.administration.subjects.queries.holdings.base import (
    Holding,
    Where,
    blanked,
    erased,
    get_json_quoted,
    has_json_text,
    is_account,
    is_account_or_email,
    is_email,
    kept,
)
from data.administration.subjects.types import DataClass, Subject
from data.exchange.mirror.models import MirrorRight
from data.metering.pces.models import Pce
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
from data.rights.types import RightActor, RightState, RightTrigger

GIVEN = (
    "uid number role state person company site email phone postal_code starts_on ends_on"
    " supply_first supply_last injection_first injection_last informative published contractual"
    " technical consented_on purpose created_at declared_on relayed answer_due answered_at"
    " closed_at source proof_state proof_due"
)
NO_HOLDER: dict[str, object] = {
    "person": "",
    "company": "",
    "site": "",
    "email": "",
    "phone": "",
    "holder_key": "",
    "site_key": "",
    "search": "",
}
_named_rights = is_email(AccessRight.email)


def is_standing_right(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of rights in force that the person holds."""
    return and_(_named_rights(subject), AccessRight.state.in_(OPEN))


def is_ended_right(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of ended rights that the person holds."""
    return and_(_named_rights(subject), AccessRight.state.not_in(OPEN))


def _of(condition: Where) -> Any:  # noqa: ANN401 (a subquery of ids)
    return lambda subject: select(AccessRight.id).where(condition(subject))


def _linked(condition: Where) -> Where:
    """Return the condition of links to the rights that meet `condition`."""
    return lambda subject: HolderLink.right_id.in_(_of(condition)(subject))


def _useful(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of letters whose link still allows an answer."""
    del subject
    links = select(HolderLink.token_hash).join(AccessRight, AccessRight.id == HolderLink.right_id)
    return RightLetterRow.token_hash.in_(links.where(AccessRight.state.in_(OPEN)))


def _letters(*, useful: bool) -> Where:
    def where(subject: Subject) -> ColumnElement[bool]:
        useful_condition = _useful(subject)
        return and_(
            is_email(RightLetterRow.email)(subject),
            useful_condition if useful else ~useful_condition,
        )

    return where


def _answered(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of the person's answers, by link or signed in."""
    by_them = or_(RightEventRow.user_id.is_(None), is_account(RightEventRow.user_id)(subject))
    as_holder = and_(RightEventRow.actor == RightActor.HOLDER, by_them)
    return and_(RightEventRow.right_id.in_(_of(_named_rights)(subject)), as_holder)


def _delivered(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of PCEs delivered under the person's name in a confirmed right.

    Whoever declares a right enters the address: alone, it does not make its reader the holder.
    """
    agreed = exists().where(
        RightEventRow.right_id == AccessRight.id,
        RightEventRow.actor == RightActor.HOLDER,
        RightEventRow.trigger.in_((RightTrigger.ACCEPTED, RightTrigger.WITHDRAWN)),
    )
    state_condition = or_(AccessRight.state == RightState.ACTIVE, agreed)
    same = or_(Pce.holder_name == AccessRight.person, Pce.holder_name == AccessRight.company)
    of_them = exists().where(
        AccessRight.pce_id == Pce.id, _named_rights(subject), state_condition, same
    )
    return and_(Pce.holder_name != "", of_them)


HOLDINGS: tuple[Holding, ...] = (
    erased(
        name="letters",
        table=RightLetterRow,
        where=_letters(useful=False),
        column_names="kind email language state created_at sent_at attempts error",
        data_class=DataClass.LETTERS,
    ),
    kept(
        name="letters_to_answer",
        table=RightLetterRow,
        where=_letters(useful=True),
        column_names="kind email language state created_at sent_at attempts error",
        data_class=DataClass.LETTERS,
    ),
    erased(
        name="links_over",
        table=HolderLink,
        where=_linked(is_ended_right),
        column_names="right_id",
        data_class=DataClass.LETTERS,
    ),
    kept(
        name="links",
        table=HolderLink,
        where=_linked(is_standing_right),
        column_names="right_id",
        data_class=DataClass.LETTERS,
    ),
    kept(
        name="letters_stopped",
        table=StoppedMailbox,
        where=lambda subject: StoppedMailbox.mailbox == mailbox_of(subject.email),
        column_names="mailbox at",
        data_class=DataClass.STOPS,
    ),
    kept(
        name="story_of_rights",
        table=RightEventRow,
        where=lambda subject: RightEventRow.right_id.in_(_of(_named_rights)(subject)),
        column_names="at trigger actor source before after",
        data_class=DataClass.RIGHTS,
    ),
    kept(
        name="answers_as_holder",
        table=RightEventRow,
        where=_answered,
        column_names="at trigger actor source before after address text_version",
        data_class=DataClass.RIGHTS,
    ),
    kept(
        name="acts_on_rights",
        table=RightEventRow,
        where=is_account(RightEventRow.user_id),
        column_names="at trigger actor source before after",
        data_class=DataClass.RIGHTS,
    ),
    kept(
        name="delivery_points",
        table=Pce,
        where=_delivered,
        column_names="number alias holder_name street postal_code city",
        data_class=DataClass.WORK,
    ),
    kept(
        name="rights_standing",
        table=AccessRight,
        where=is_standing_right,
        column_names=GIVEN,
        data_class=DataClass.RIGHTS,
    ),
    kept(
        name="rights_declared",
        table=AccessRight,
        where=is_account(AccessRight.created_by),
        column_names="uid number role state created_at declared_on",
        data_class=DataClass.RIGHTS,
    ),
    blanked(
        name="lines_not_taken",
        table=ImportLine,
        where=has_json_text(ImportLine.cells, get_json_quoted),
        column_names="line state number cells problems",
        data_class=DataClass.RECEIPTS,
        blank={"cells": None, "problems": []},
    ),
    blanked(
        name="rights_over",
        table=AccessRight,
        where=is_ended_right,
        column_names=GIVEN,
        data_class=DataClass.RIGHTS,
        blank=NO_HOLDER,
    ),
    blanked(
        name="rights_elsewhere",
        table=MirrorRight,
        where=is_email(MirrorRight.email),
        column_names="uid number role state person company email phone postal_code starts_on "
        "ends_on supply_first supply_last injection_first injection_last informative "
        "published contractual technical created_at closed_at source proof_state "
        "proof_due",
        data_class=DataClass.RIGHTS,
        blank={"person": "", "company": "", "email": "", "phone": ""},
    ),
    erased(
        name="saved_views",
        table=SavedViewRow,
        where=is_account(SavedViewRow.user_id),
        column_names="name query created_at",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="tries_of_declarations",
        table=RightTry,
        where=is_account_or_email(is_account(RightTry.user_id)),
        column_names="at weight",
        data_class=DataClass.TRIES,
    ),
)
