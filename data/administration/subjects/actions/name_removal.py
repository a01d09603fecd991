"""Remove a person's name from values about something else, such as others' messages.

A name can be an ordinary word: it is searched only in the places for names, and only in values
about the person's account, their organisation or a right that they hold. Other values with the same
text, such as a period or a purpose, are left unchanged.
"""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from data.administration.subjects.queries.holdings.base import (
    get_json_quoted,
    has_json_text,
    is_account,
)
from data.administration.subjects.queries.holdings.rights import is_ended_right
from data.administration.subjects.queries.holdings.work import get_other_steps
from data.administration.subjects.rules.name_removal import (
    NOBODY,
    without_cells,
    without_decider,
    without_holder,
    without_who,
)
from data.administration.subjects.types import Subject
from data.contracts.models import Contract, ContractEvent, Onboarding
from data.controls.models import Control
from data.identity.accounts.models import Invitation, User
from data.notifications.models import NoticeEvent, Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight, RightImport

# Kinds whose `who` is a person; in the others it is an organisation.
_ACTED = (
    NotificationKind.CONTRACT_SENT,
    NotificationKind.CONTRACT_SIGNED,
    NotificationKind.CONTRACT_COUNTERSIGNED,
    NotificationKind.CONTRACT_REFUSED,
    NotificationKind.CONTRACT_TERMINATED,
)
_INVITED = (NotificationKind.INVITED, NotificationKind.INVITED_KNOWN)
# Kinds whose `deciders` are colleagues.
_DECIDED = (
    NotificationKind.RIGHTS_DECLARED,
    NotificationKind.RIGHTS_FOUND,
    NotificationKind.RIGHTS_SETTLED,
)
_ABOUT = (  # mails that name holders, by PCE
    *(
        NotificationKind.RIGHTS_MOVED,
        NotificationKind.RIGHTS_ENDING,
        NotificationKind.PROOF_ASKED,
        NotificationKind.PROOF_DUE,
    ),
    *(
        NotificationKind.PROOF_DECIDED,
        NotificationKind.PROOF_MESSAGE,
        NotificationKind.PROOF_RETURNED,
    ),
)


def remove_name(db: Session, subject: Subject) -> None:
    """Remove the person's name from messages about others, import plans and dossiers."""
    _scrub_acts(db, subject)
    _scrub_holder(db, subject)
    _scrub_plans(db, subject)
    dossiers = has_json_text(Onboarding.steps, get_json_quoted)(subject)
    for row in db.scalars(select(Onboarding).where(dossiers)):
        row.steps = get_other_steps(row.steps, subject)
        row.version += 1
    db.flush()


def _scrub_acts(db: Session, subject: Subject) -> None:
    """Remove names where the person signed, invited, asked for help, or is among the deciders."""
    if subject.user_id is None:
        return
    acted = select(ContractEvent.contract_id).where(is_account(ContractEvent.user_id)(subject))
    uids = select(Contract.uid).where(Contract.id.in_(acted))
    colleagues = select(User.id).where(User.organisation_id == subject.organisation_id)
    invited = select(Invitation.id).where(is_account(Invitation.invited_by)(subject))
    event, mail = NoticeEvent, Notification
    to_home = mail.user_id.in_(colleagues)
    in_scope = or_(
        event.organisation_id == subject.organisation_id,
        and_(event.subject_kind == "contract", event.subject_id.in_(acted)),
    )
    signed = or_(to_home, mail.params["uid"].as_string().in_(uids))

    def nobody(params: Any) -> Any:  # noqa: ANN401 (JSON)
        return without_who(params, subject)

    requests = and_(event.subject_kind == "help", event.subject_id == subject.user_id)
    change_rows(db, update(event).where(requests).values(site=NOBODY))
    _rewrite(db, event.params, and_(event.kind.in_(_ACTED), in_scope), subject, nobody)
    _rewrite(db, mail.params, and_(mail.kind.in_(_ACTED), signed), subject, nobody)
    sent = and_(mail.kind.in_(_INVITED), mail.invitation_id.in_(invited))
    _rewrite(db, mail.params, sent, subject, nobody)
    mail_condition = and_(mail.kind.in_(_DECIDED), to_home)
    _rewrite(
        db, mail.params, mail_condition, subject, lambda params: without_decider(params, subject)
    )


def _scrub_holder(db: Session, subject: Subject) -> None:
    """Remove the holder's name from events and mails about their ended rights."""
    rights = select(AccessRight.id).where(is_ended_right(subject))
    controls = select(Control.id).where(Control.right_id.in_(rights))
    event = NoticeEvent
    about = and_(event.subject_kind == "control", event.subject_id.in_(controls))
    for row in db.scalars(select(event).where(about)):
        if row.params.get("holder"):
            row.params = {**row.params, "holder": NOBODY}
    uids = set(db.scalars(select(AccessRight.uid).where(is_ended_right(subject))))
    uids |= set(db.scalars(select(Control.uid).where(Control.id.in_(controls))))
    mail = Notification
    naming = and_(mail.kind.in_(_ABOUT), mail.sent_at.is_(None)) if uids else false()
    for letter in db.scalars(select(mail).where(naming)):
        letter.params = without_holder(letter.params, uids)
    db.flush()


def _scrub_plans(db: Session, subject: Subject) -> None:
    for row in db.scalars(select(RightImport).where(_says(RightImport.plan, subject))):
        home = row.organisation_id == subject.organisation_id
        row.plan = without_cells(row.plan, subject, home=home)
    db.flush()


def _rewrite(
    db: Session,
    column: Any,  # noqa: ANN401 (a JSON column)
    which: ColumnElement[bool],
    subject: Subject,
    without: Callable[[Any], Any],
) -> None:
    rows = db.scalars(select(column.class_).where(which, _says(column, subject)))
    for row in rows:
        setattr(row, column.key, without(getattr(row, column.key)))
    db.flush()


def _says(column: Any, subject: Subject) -> ColumnElement[bool]:  # noqa: ANN401 (a JSON column)
    """Return whether a JSON column contains the name or address anywhere, to preselect rows."""
    words = [json.dumps(word)[1:-1].lower() for word in (subject.name, subject.email) if word]
    column_text = func.lower(cast(column, String))
    return or_(*(column_text.contains(word, autoescape=True) for word in words))
