"""Names in values that are about something else: what fills the sentences of others' messages.

A name is a word like another: it is looked for only where a name is written, and only in what is
about the person's account, their organisation or a right whose holder they are. Anything else that
reads the same, as a period or a purpose, is left alone.
"""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session

from data.accounts.models import Invitation, User
from data.contracts.models import Contract, ContractEvent, Onboarding
from data.controls.models import Control
from data.notifications.models import NoticeEvent, Notification
from data.notifications.types import Kind
from data.rights.models import AccessRight, RightImport
from data.subjects.queries.holdings.base import mine, quoted, saying
from data.subjects.queries.holdings.rights import ended
from data.subjects.queries.holdings.work import other_steps
from data.subjects.rules.scrubbing import (
    NOBODY,
    without_cells,
    without_decider,
    without_holder,
    without_who,
)
from data.subjects.types import Subject

# The kinds whose `who` is a person: that of the others is an organisation.
_ACTED = (
    Kind.CONTRACT_SENT,
    Kind.CONTRACT_SIGNED,
    Kind.CONTRACT_COUNTERSIGNED,
    Kind.CONTRACT_REFUSED,
    Kind.CONTRACT_TERMINATED,
)
_INVITED = (Kind.INVITED, Kind.INVITED_KNOWN)
# Those whose `deciders` are colleagues.
_DECIDED = (Kind.RIGHTS_DECLARED, Kind.RIGHTS_FOUND, Kind.RIGHTS_SETTLED)
_ABOUT = (  # mails that name holders, by PCE
    *(Kind.RIGHTS_MOVED, Kind.RIGHTS_ENDING, Kind.PROOF_ASKED, Kind.PROOF_DUE),
    *(Kind.PROOF_DECIDED, Kind.PROOF_MESSAGE, Kind.PROOF_RETURNED),
)


def scrub(db: Session, subject: Subject) -> None:
    """Take the person out of messages about others, of plans of imports, of a dossier."""
    _scrub_acts(db, subject)
    _scrub_holder(db, subject)
    _scrub_plans(db, subject)
    dossiers = saying(Onboarding.steps, quoted)(subject)
    for row in db.scalars(select(Onboarding).where(dossiers)):
        row.steps = other_steps(row.steps, subject)
        row.version += 1
    db.flush()


def _scrub_acts(db: Session, subject: Subject) -> None:
    """Where they signed, invited, or are one of those who may answer."""
    if subject.user_id is None:
        return
    acted = select(ContractEvent.contract_id).where(mine(ContractEvent.user_id)(subject))
    uids = select(Contract.uid).where(Contract.id.in_(acted))
    colleagues = select(User.id).where(User.organisation_id == subject.organisation_id)
    invited = select(Invitation.id).where(mine(Invitation.invited_by)(subject))
    event, mail = NoticeEvent, Notification
    to_home = mail.user_id.in_(colleagues)
    ours = or_(
        event.organisation_id == subject.organisation_id,
        and_(event.subject_kind == "contract", event.subject_id.in_(acted)),
    )
    signed = or_(to_home, mail.params["uid"].as_string().in_(uids))

    def nobody(params: Any) -> Any:  # noqa: ANN401 (JSON)
        return without_who(params, subject)

    _rewrite(db, event.params, and_(event.kind.in_(_ACTED), ours), subject, nobody)
    _rewrite(db, mail.params, and_(mail.kind.in_(_ACTED), signed), subject, nobody)
    sent = and_(mail.kind.in_(_INVITED), mail.invitation_id.in_(invited))
    _rewrite(db, mail.params, sent, subject, nobody)
    told = and_(mail.kind.in_(_DECIDED), to_home)
    _rewrite(db, mail.params, told, subject, lambda params: without_decider(params, subject))


def _scrub_holder(db: Session, subject: Subject) -> None:
    """Where the holder of a right that is over is named: the right itself says nobody either."""
    rights = select(AccessRight.id).where(ended(subject))
    controls = select(Control.id).where(Control.right_id.in_(rights))
    event = NoticeEvent
    about = and_(event.subject_kind == "control", event.subject_id.in_(controls))
    for row in db.scalars(select(event).where(about)):
        if row.params.get("holder"):
            row.params = {**row.params, "holder": NOBODY}
    uids = set(db.scalars(select(AccessRight.uid).where(ended(subject))))
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
    """Their name or their address is somewhere in it: what is then looked at value by value."""
    words = [json.dumps(one)[1:-1].lower() for one in (subject.name, subject.email) if one]
    said = func.lower(cast(column, String))
    return or_(*(said.contains(one, autoescape=True) for one in words))
