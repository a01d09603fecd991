"""Play the steps of a demo control, each on its day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Viewer
from core.i18n import PARIS
from data.controls import actions, queries
from data.controls.files.storage import Storage
from data.controls.types import (
    ChecklistPoint,
    ControlFilter,
    ControlVerdict,
    ExpectedProof,
    Motive,
    NewPiece,
    ProofDelays,
    Ruling,
)
from data.rights.actions import revoke
from jobs.demo.papers import Paper, mandate, store_pieces


@dataclass(frozen=True, slots=True)
class Day:
    """A moment of the scenario, and the people involved."""

    db: Session
    storage: Storage
    today: date
    now: datetime
    client: Viewer
    staff: Viewer
    colleague: Viewer

    def ago(self, days: float) -> "Day":
        """Return the same people `days` earlier."""
        now = self.now - timedelta(days=days)
        today = now.astimezone(PARIS).date()
        then = (
            replace(person, today=today) for person in (self.client, self.staff, self.colleague)
        )
        return Day(self.db, self.storage, today, now, *then)

    def control_of(self, right: str) -> str:
        """Return the uid of the control of a right."""
        rows, _total = queries.list_controls(self.db, self.client, ControlFilter(right=right))
        return rows[0].uid

    def expected(self, uid: str) -> ExpectedProof:
        return queries.load_expected_proofs(self.db, self.client, [uid])[uid]


Do = Callable[[Day, str], object]
Draw = Callable[[ExpectedProof, date], Paper]


def sent(*papers: Draw) -> Do:
    def do(day: Day, uid: str) -> None:
        staged = actions.stage(day.db, day.client, [uid], _pieces(day, uid, papers), now=day.now)
        actions.send(day.db, day.client, staged.uid, now=day.now)

    return do


def staged(*papers: Draw) -> Do:
    """Return a step that deposits papers without sending them."""

    def do(day: Day, uid: str) -> None:
        actions.stage(day.db, day.client, [uid], _pieces(day, uid, papers), now=day.now)

    return do


def _pieces(day: Day, uid: str, papers: Sequence[Draw]) -> list[NewPiece]:
    expected = day.expected(uid)
    signed = expected.consented_on or expected.declared_on
    return store_pieces(day.storage, [paper(expected, signed) for paper in papers])


def decided(verdict: ControlVerdict, motive: Motive | None = None, text: str = "") -> Do:
    def do(day: Day, uid: str) -> None:
        version = queries.get_control(day.db, day.staff, uid, now=day.now).row.version
        ruling = Ruling(verdict, motive, text, verified=verdict is ControlVerdict.ACCEPT)
        actions.decide(
            day.db, day.staff, uid, ruling, version=version, delays=ProofDelays(), now=day.now
        )

    return do


def ask_third_party(text: str) -> Do:
    """Return a step that sends the account manager's message to the third party."""
    return lambda day, uid: actions.write_message(day.db, day.staff, uid, text, now=day.now)


def replied(text: str, *papers: Draw) -> Do:
    def do(day: Day, uid: str) -> None:
        actions.mark_read(day.db, day.client, uid, now=day.now)
        pieces = _pieces(day, uid, papers)
        actions.write_message(day.db, day.client, uid, text, pieces=pieces, now=day.now)

    return do


def noted(text: str) -> Do:
    return lambda day, uid: actions.write_note(day.db, day.staff, uid, text, now=day.now)


def read(day: Day, uid: str) -> None:
    """Mark the thread as read by the account manager."""
    actions.mark_read(day.db, day.staff, uid, now=day.now)


def owned(day: Day, uid: str) -> None:
    actions.assign(day.db, day.staff, [uid], day.staff.user_id, now=day.now)


def assign_colleague(day: Day, uid: str) -> None:
    """Assign the control to a colleague."""
    actions.assign(day.db, day.staff, [uid], day.colleague.user_id, now=day.now)


def ticked(fits: Sequence[ChecklistPoint], doubts: Sequence[ChecklistPoint] = ()) -> Do:
    def do(day: Day, uid: str) -> None:
        deposit_uid = queries.get_control(day.db, day.staff, uid, now=day.now).deposits[0].uid
        answers: dict[ChecklistPoint, bool | None] = {
            point: point in fits for point in (*fits, *doubts)
        }
        actions.answer_points(day.db, day.staff, uid, answers, deposit=deposit_uid, now=day.now)

    return do


def given_up(day: Day, uid: str) -> None:
    """Let the third party end its right before a decision."""
    row = queries.get_control(day.db, day.client, uid, now=day.now).row
    revoke(day.db, day.client, [row.right], now=day.now)


def mandate_for_all(day: Day, rights: Sequence[str]) -> None:
    """Prove several controls with one mandate."""
    uids = [day.control_of(right) for right in rights]
    first, *others = (day.expected(uid) for uid in uids)
    paper = mandate(first, first.declared_on, also=[other.number for other in others])
    deposit = actions.stage(
        day.db, day.client, uids, store_pieces(day.storage, [paper]), now=day.now
    )
    actions.send(day.db, day.client, deposit.uid, now=day.now)
