"""Preview a draw and open the controls of a campaign."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.controls.actions import emails
from data.controls.actions.journal import ControlAuthor, JournalEvent, append
from data.controls.actions.transitions import mark_rights
from data.controls.models import Campaign, Control
from data.controls.queries.draw import (
    count_by_third_party,
    find_picked_rights,
    find_sample,
    is_drawable,
    list_candidates,
)
from data.controls.rules.chain import party_of
from data.controls.rules.deadlines import first_due
from data.controls.rules.draw import PAGE, checked_picked, checked_sample, mark_of, packed, way_of
from data.controls.types import (
    Draw,
    DrawPreview,
    Fact,
    LeftOut,
    OpenedCampaign,
    ProofDelays,
    Sample,
)
from data.rights.actions.transitions import locked as locked_rights
from data.rights.models import AccessRight
from data.rights.types import ProofState

MOST_DRAWN = 50_000  # controls of one campaign, which is one transaction
_CHANGED = N_("Les droits ont changé depuis l’aperçu : regardez-le de nouveau.")


def preview_campaign(
    db: Session, viewer: Viewer, draw: Draw, *, delays: ProofDelays, before: int = 0
) -> DrawPreview:
    """Preview what a draw would select, with the page after `before`; nothing is written."""
    viewer.require(Permission.CONTROLS_DECIDE)
    eligible, ids, skipped = _drawn(db, viewer, draw)
    before = max(0, min(before, len(ids) - 1)) // PAGE * PAGE
    return DrawPreview(
        way=way_of(draw),
        eligible=eligible,
        drawn=len(ids),
        mark=mark_of(ids),
        due_on=first_due(viewer.today, delays),
        third_parties=count_by_third_party(db, viewer, ids),
        candidates=list_candidates(db, viewer, ids[before : before + PAGE]),
        before=before,
        left_out=skipped,
    )


def open_campaign(
    db: Session,
    viewer: Viewer,
    draw: Draw,
    *,
    mark: str,
    delays: ProofDelays,
    now: datetime,
) -> OpenedCampaign:
    """Open a control for each right of the preview with that `mark`, and notify its people.

    Raise Conflict when the draw would now select others.
    """
    viewer.require(Permission.CONTROLS_DECIDE)
    eligible, ids, _skipped = _drawn(db, viewer, draw)
    if not ids:
        raise Invalid(N_("Ce tirage ne sélectionne aucun droit."))
    rights = _locked(db, ids)
    if mark_of(ids) != mark or len(rights) != len(ids):
        raise Conflict(_CHANGED)
    due_on = first_due(viewer.today, delays)
    campaign = _campaign(draw, viewer, now)
    campaign.eligible, campaign.drawn, campaign.mark = eligible, len(ids), mark
    campaign.due_on = due_on
    db.add(campaign)
    db.flush()
    _insert(db, campaign, rights, viewer)
    mark_rights(db, ids, ProofState.AWAITED, due_on)
    emails.ask(db, rights, due_on, now)
    append(db, _entries(db, campaign), ControlAuthor(now, viewer))
    return OpenedCampaign(campaign.uid, len(ids), due_on)


def _drawn(
    db: Session, viewer: Viewer, draw: Draw
) -> tuple[int, tuple[int, ...], tuple[LeftOut, ...]]:
    """Return the number of eligible rights, the ids drawn, and what was named in vain."""
    if isinstance(draw, Sample):
        count, ids = find_sample(db, viewer, checked_sample(draw))
        skipped: tuple[LeftOut, ...] = ()
    else:
        ids, skipped = find_picked_rights(db, viewer, checked_picked(draw))
        count = len(ids)
    if len(ids) > MOST_DRAWN:
        raise Invalid(
            N_("Ce tirage sélectionne {count} droits : au plus {most} par campagne."),
            count=len(ids),
            most=MOST_DRAWN,
        )
    return count, ids, skipped


def _locked(db: Session, ids: Sequence[int]) -> list[AccessRight]:
    """Return the rights that can still be controlled, locked in order."""
    rights: list[AccessRight] = []
    for block in blocks(ids):
        rights += locked_rights(db, AccessRight.id.in_(block))
    return [right for right in rights if is_drawable(right)]


def _campaign(draw: Draw, viewer: Viewer, now: datetime) -> Campaign:
    sample = draw if isinstance(draw, Sample) else None
    return Campaign(
        uid=str(uuid.uuid4()),
        created_at=now,
        created_by=viewer.user_id,
        way=way_of(draw),
        rate=str(sample.rate) if sample else "",
        seed=sample.seed if sample else None,
        among=packed(sample.draw_filter) if sample else {},
    )


def _insert(db: Session, campaign: Campaign, rights: Sequence[AccessRight], viewer: Viewer) -> None:
    rows = [
        {
            "uid": str(uuid.uuid4()),
            "right_id": right.id,
            "organisation_id": right.organisation_id,
            "campaign_id": campaign.id,
            "state": ProofState.AWAITED,
            "version": 1,
            "due_on": campaign.due_on,
            "told_state": ProofState.AWAITED,
            "told_due_on": campaign.due_on,
            "asked_on": viewer.today,
            "opened_at": campaign.created_at,
        }
        for right in rights
    ]
    db.execute(insert(Control), rows)


def _entries(db: Session, campaign: Campaign) -> list[JournalEvent]:
    """Return a journal entry for the campaign and one for each of its controls."""
    facts: dict[str, object] = {"campaign": campaign.uid, "way": campaign.way.value}
    facts |= {
        "drawn": campaign.drawn,
        "rate": campaign.rate,
        "seed": campaign.seed,
        "mark": campaign.mark,
        "eligible": campaign.eligible,
        "among": campaign.among,
        "due": campaign.due_on.isoformat(),
    }
    due = campaign.due_on.isoformat()
    query = (
        select(Control, AccessRight)
        .join(AccessRight, AccessRight.id == Control.right_id)
        .where(Control.campaign_id == campaign.id)
        .order_by(Control.id)
    )
    entries = [JournalEvent(Fact.OPENED, detail=facts, campaign_id=campaign.id)]
    for row in db.execute(query):
        control, right = row.Control, row.AccessRight
        detail = {"control": control.uid, "right": right.uid, "pce": right.number}
        detail |= {"third_party": party_of(right.uid, control.organisation_id)}
        detail |= {"due": due, "state": "awaited"}
        entries.append(JournalEvent(Fact.ASKED, control.id, detail, campaign.id))
    return entries
