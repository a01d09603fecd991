"""Make controls in a running portal by the actions of its screens: campaigns, deposits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, update

from core.access import Viewer
from core.i18n import PARIS
from data.controls import actions
from data.controls.files.storage import storage_at
from data.controls.models import Campaign, Control
from data.controls.types import NewPiece, Picked, PieceKind, ProofDelays
from data.identity.accounts.models import Organisation, User
from data.rights.models import AccessRight
from data.rights.types import RightState
from tests.data.controls.files.pieces import MANDATE, document, saved
from tests.journeys.portal import Portal

DELAYS = ProofDelays()


@dataclass(frozen=True)
class Office:
    """The account manager who controls and the third party who answers, in one portal."""

    portal: Portal
    staff: Viewer
    third: Viewer

    def draw(self, count: int) -> list[str]:
        """Ask the third party for *count* proofs; return the uids of the controls."""
        with self.portal.database.transaction() as db:
            draw = Picked(uids=tuple(self._rights(db, count)))
            seen = actions.preview_campaign(db, self.staff, draw, delays=DELAYS)
            now = datetime.now(UTC)
            opened = actions.open_campaign(
                db, self.staff, draw, mark=seen.mark, delays=DELAYS, now=now
            )
            query = select(Control.uid).join(Campaign, Campaign.id == Control.campaign_id)
            return list(db.scalars(query.where(Campaign.uid == opened.uid).order_by(Control.id)))

    def _rights(self, db, count):
        query = select(AccessRight.uid).where(
            AccessRight.organisation_id == self.third.organisation_id,
            AccessRight.state == RightState.ACTIVE,
            AccessRight.proof_state.is_(None),
        )
        found = [
            uid for uid in db.scalars(query.order_by(AccessRight.id)) if self._drawable(db, uid)
        ]
        return found[:count]

    def _drawable(self, db, uid):
        seen = actions.preview_campaign(db, self.staff, Picked(uids=(uid,)), delays=DELAYS)
        return bool(seen.drawn)

    def close(self, uids: list[str]) -> None:
        """Forget these controls, so that their rights may be drawn again."""
        with self.portal.database.transaction() as db:
            rights = select(Control.right_id).where(Control.uid.in_(uids))
            ended = update(AccessRight).where(AccessRight.id.in_(rights))
            db.execute(ended.values(proof_state=None, proof_due=None))
            closed = update(Control).where(Control.uid.in_(uids))
            db.execute(closed.values(closed_at=datetime.now(UTC)))

    def deposit(self, uid: str, *files: tuple[str, bytes], also: Sequence[str] = ()) -> None:
        """Send real files as the proof of a control, and of others."""
        store = storage_at("", self.portal.var)
        pieces = [
            NewPiece(
                name,
                PieceKind.PDF if name.endswith(".pdf") else PieceKind.PNG,
                len(content),
                hashlib.sha256(content).hexdigest(),
                store.put_object(content),
            )
            for name, content in files
        ]
        now = datetime.now(UTC)
        with self.portal.database.transaction() as db:
            staged = actions.stage(db, self.third, [uid, *also], pieces, now=now)
            actions.send(db, self.third, staged.uid, now=now)


def office(portal: Portal, staff: str, third: str) -> Office:
    return Office(portal, viewer(portal, staff), viewer(portal, third))


def viewer(portal: Portal, email: str) -> Viewer:
    query = select(User, Organisation).join(Organisation, Organisation.id == User.organisation_id)
    with portal.database.reading() as db:
        user, organisation = db.execute(query.where(User.email == email)).one()
        return Viewer(
            user.id,
            organisation.id,
            organisation.kind,
            user.role,
            datetime.now(UTC).astimezone(PARIS).date(),
            user.name,
            organisation.name,
            contracted=True,
        )


def mandate(pages: int = 2) -> bytes:
    """Return a PDF that reads as a mandate, with a signature on its last page."""
    made = document(*MANDATE)
    for page in range(2, pages + 1):
        made.pages.extend(document(f"Page {page}", "Signature").pages)
    return saved(made)
