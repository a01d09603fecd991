"""Query an organisation's messages to the upstream and their outcome."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_, _
from core.records import copy_fields
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries.messages import find_stored_message
from data.exchange.mirror.types import MOVING, SendingRow, SendingState
from data.rights.models import AccessRight
from data.tag_limits import within
from data.upstream_message import UpstreamMessage

PAGE = 50
_UNREAD = N_(
    "On ne sait pas si cet envoi est arrivé : une ligne du distributeur sur ce PCE est illisible,"
    " et c’est peut-être la sienne. Il n’est pas renvoyé, mais sera cherché de nouveau quand elle"
    " sera lisible ; vous pouvez le retirer."
)
_CUT = N_(
    "On ne sait pas si cet envoi est arrivé : il s’est arrêté avant sa réponse, et plus rien ne"
    " part de ce portail. Annulez-le, ou faites de nouveau partir vos déclarations : il est alors"
    " cherché chez le distributeur, jamais envoyé deux fois."
)

_SAID = N_("Réponse du distributeur : « {reply} »")
_ANSWERED = N_("Réponse du distributeur : « {reply} » (code {code})")


def visible_sendings(viewer: Viewer) -> Select[Any]:
    """Select the organisation's sendings, about PCEs within the viewer's tags if restricted."""
    viewer.require(Permission.RIGHTS_READ)
    query = select(MirrorSending).join(AccessRight, AccessRight.id == MirrorSending.right_id)
    return query.where(
        MirrorSending.organisation_id == viewer.organisation_id,
        within(viewer, AccessRight.pce_id),
    )


def list_sendings(
    db: Session,
    viewer: Viewer,
    *,
    states: Collection[SendingState] = (),
    skip: int = 0,
    most: int = PAGE,
) -> tuple[SendingRow, ...]:
    """Return a page of messages, latest first, after the first `skip`."""
    query = visible_sendings(viewer)
    if states:
        query = query.where(MirrorSending.state.in_(states))
    return _rows(db, query.offset(skip).limit(most))


def list_right_sendings(db: Session, viewer: Viewer, right_uid: str) -> tuple[SendingRow, ...]:
    """Return the messages of one right, latest first."""
    return _rows(db, visible_sendings(viewer).where(AccessRight.uid == right_uid))


def count_sendings(db: Session, viewer: Viewer) -> Mapping[SendingState, int]:
    """Return the number of messages by state, without empty states."""
    query = visible_sendings(viewer).with_only_columns(MirrorSending.state, func.count())
    return {row[0]: row[1] for row in db.execute(query.group_by(MirrorSending.state))}


def _rows(db: Session, query: Select[Any]) -> tuple[SendingRow, ...]:
    about = query.add_columns(AccessRight.number, AccessRight.site, AccessRight.uid)
    return tuple(_row(*row) for row in db.execute(about.order_by(MirrorSending.id.desc())))


def _row(row: MirrorSending, number: str, site: str, uid: str) -> SendingRow:
    return copy_fields(
        SendingRow,
        row,
        number=number,
        site=site,
        right_uid=uid,
        next_attempt_at=row.next_attempt_at if row.state in MOVING else None,
        answer=find_sending_answer(row),
        is_in_doubt=is_kept(row),
        queued=True,
    )


def find_sending_answer(row: MirrorSending) -> UpstreamMessage | None:
    """Return what is known about the outcome; None for arrived ones, whose right tells it."""
    if is_unread(row):
        return UpstreamMessage(_(_UNREAD))
    if row.state is SendingState.UNSURE:
        return UpstreamMessage(_(_CUT))
    if row.state is SendingState.DONE or not row.answer:
        return None
    return find_stored_message(
        [_ANSWERED if row.code else _SAID, {"reply": row.answer, "code": row.code}]
    )


def is_unread(row: MirrorSending) -> bool:
    """Return whether an unreadable upstream line hides the outcome."""
    return row.unread > 0 and row.state in {*MOVING, SendingState.UNSURE}


def is_kept(row: MirrorSending) -> bool:
    """Return whether it cannot be cancelled, because it may have arrived and will be found."""
    unsure = row.unread or row.state is SendingState.UNSURE
    return row.left_at is not None and not unsure
