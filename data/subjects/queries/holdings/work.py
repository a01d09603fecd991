"""What people do here for their organisation: files, controls, contracts, thresholds, exports."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from data.budgets.models import BudgetChange
from data.contracts.models import (
    Contract,
    ContractEvent,
    ContractSignature,
    ContractText,
    Onboarding,
    SigningCode,
)
from data.controls.models import (
    CalendarLink,
    Campaign,
    Check,
    Control,
    Decision,
    Deposit,
    DepositedControl,
    JournalEntry,
    Message,
    MessageMark,
    Piece,
)
from data.exports.models import Export, ExportedPce, ExportPick, ExportSchedule
from data.marks.models import AnnotationRow, HomeView, KeptViewRow, SharedLink
from data.rights.models import AccessRight, RightAct
from data.runs.models import Run
from data.settings.models import Setting
from data.subjects.queries.holdings.base import Holding, either, mine, named, quoted, saying
from data.subjects.types import DataClass, Fate, Subject
from data.thresholds.models import Episode, Threshold, ThresholdVersion


def _my_exports(subject: Subject) -> ColumnElement[bool]:
    return ExportedPce.export_id.in_(select(Export.id).where(mine(Export.user_id)(subject)))


def _first_views(subject: Subject) -> ColumnElement[bool]:
    """Theirs, and those of colleagues whom a view of theirs opens: it goes with them."""
    views = select(KeptViewRow.id).where(mine(KeptViewRow.user_id)(subject))
    return or_(mine(HomeView.user_id)(subject), HomeView.view_id.in_(views))


def _my_pieces(subject: Subject) -> ColumnElement[bool]:
    deposits = select(Deposit.id).where(mine(Deposit.created_by)(subject))
    messages = select(Message.id).where(mine(Message.author_id)(subject))
    return or_(Piece.deposit_id.in_(deposits), Piece.message_id.in_(messages))


def _proofs_of(subject: Subject) -> ColumnElement[bool]:
    """The pieces sent as proof of a right whose holder they are."""
    rights = select(AccessRight.id).where(named(AccessRight.email)(subject))
    controls = select(Control.id).where(Control.right_id.in_(rights))
    covering = select(DepositedControl.deposit_id).where(DepositedControl.control_id.in_(controls))
    return Piece.deposit_id.in_(covering)


def _telling(subject: Subject) -> ColumnElement[bool]:
    """The thresholds whose version in force tells the person; those with such a number too."""
    told = saying(ThresholdVersion.draft, lambda one: f'"user_id": {one.user_id},')
    of_now = select(ThresholdVersion.threshold_id).where(
        told(subject),
        ThresholdVersion.threshold_id == Threshold.id,
        ThresholdVersion.number == Threshold.version,
    )
    return and_(mine_at_all(subject), of_now.exists())


def mine_at_all(subject: Subject) -> ColumnElement[bool]:
    """Whether there is an account at all: None would be looked for as a word."""
    return Threshold.id == (Threshold.id if subject.user_id is not None else 0)


def own_steps(steps: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """What of a dossier is about the person: the representative that they are, their invitation."""
    found: dict[str, Any] = {}
    who = steps.get("representative") or {}
    if str(who.get("email", "")).lower() == subject.email:
        found["representative"] = who
    invites = [one for one in _invites(steps) if str(one.get("email", "")).lower() == subject.email]
    return found | ({"invites": invites} if invites else {})


def other_steps(steps: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """The dossier without that: the step is then to be filled again, by somebody else."""
    own = own_steps(steps, subject)
    kept = {name: value for name, value in steps.items() if name not in own}
    if "invites" in own:
        left = [one for one in _invites(steps) if one not in own["invites"]]
        kept["invites"] = _rewrapped(steps["invites"], left)
    return kept


def _invites(steps: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = steps.get("invites") or []
    return list(found.get("invites", ())) if isinstance(found, Mapping) else list(found)


def _rewrapped(was: object, left: list[Mapping[str, Any]]) -> object:
    return {**was, "invites": left} if isinstance(was, Mapping) else left


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        name="files", table=Run, where=mine(Run.user_id),
        given="kind state file_name file_size pce created_at started_at finished_at undone_at done"
        " total counts",
        data_class=DataClass.RECEIPTS, fate=Fate.KEPT,
    ),
    Holding(
        name="operations_on_rights", table=RightAct, where=mine(RightAct.user_id),
        given="act state ends_on chosen created_at started_at finished_at undo_until undone_at",
        data_class=DataClass.RECEIPTS, fate=Fate.KEPT,
    ),
    Holding(
        name="exported_points", table=ExportedPce, where=_my_exports,
        given="pce_id export_id first_day last_day",
        data_class=DataClass.RECEIPTS, fate=Fate.ERASED,
    ),
    Holding(
        name="exports", table=Export, where=mine(Export.user_id),
        given="state content file choice first_day last_day created_at started_at finished_at"
        " kept_until pces rows file_name file_size sha256",
        data_class=DataClass.RECEIPTS, fate=Fate.ERASED,
    ),
    Holding(
        name="points_picked", table=ExportPick, where=mine(ExportPick.user_id),
        given="numbers created_at",
        data_class=DataClass.RECEIPTS, fate=Fate.ERASED,
    ),
    Holding(
        name="monthly_exports", table=ExportSchedule, where=mine(ExportSchedule.user_id),
        given="content file apart choice months day next_on created_at",
        data_class=DataClass.RECEIPTS, fate=Fate.ERASED,
    ),
    Holding(
        name="annotations", table=AnnotationRow, where=mine(AnnotationRow.user_id),
        given="pce_id first_day last_day kind words created_at changed_at removed_at",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="budgets", table=BudgetChange, where=mine(BudgetChange.user_id),
        given="budget_id version unit amount at removed",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="first_view", table=HomeView, where=_first_views,
        given="view_id",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="kept_views", table=KeptViewRow, where=mine(KeptViewRow.user_id),
        given="name path query number shared created_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="links_shared", table=SharedLink, where=mine(SharedLink.user_id),
        given="pce_id label first_day last_day step unit data created_at expires_at revoked_at"
        " opened opened_at",
        data_class=DataClass.WORK, fate=Fate.ERASED,
    ),
    Holding(
        name="campaigns", table=Campaign, where=mine(Campaign.created_by),
        given="uid created_at way rate eligible drawn due_on",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="controls_followed", table=Control, where=mine(Control.owner_id),
        given="uid state opened_at due_on decided_at closed_at",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="deposits", table=Deposit, where=mine(Deposit.created_by),
        given="uid created_at sent_at",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="pieces", table=Piece, where=_my_pieces,
        given="uid name kind size sha256",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="proofs_about_me", table=Piece, where=_proofs_of,
        given="uid kind size sha256",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="words_on_controls", table=Message, where=mine(Message.author_id),
        given="uid at side internal text",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="words_read", table=MessageMark, where=mine(MessageMark.user_id),
        given="control_id message_id told_id",
        data_class=DataClass.PROOFS, fate=Fate.ERASED,
    ),
    Holding(
        name="decisions", table=Decision, where=mine(Decision.by_id, Decision.undone_by),
        given="verdict motive text at effect_at applied_at undone_at",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="points_checked", table=Check, where=mine(Check.by_id),
        given="point fits at",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="journal_of_controls", table=JournalEntry, where=mine(JournalEntry.actor_id),
        given="seq at fact side detail",
        data_class=DataClass.PROOFS, fate=Fate.KEPT,
    ),
    Holding(
        name="calendars", table=CalendarLink, where=mine(CalendarLink.user_id),
        given="created_at revoked_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="dossiers", table=Onboarding, where=saying(Onboarding.steps, quoted),
        given="steps changed_at",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT, cut={"steps": own_steps},
    ),
    Holding(
        name="contracts_to_sign", table=Contract, where=named(Contract.signer),
        given="uid number state signer starts_on ends_on sent_at started_at ended_on",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT,
    ),
    Holding(
        name="contracts_made", table=Contract, where=mine(Contract.created_by),
        given="uid number state created_at changed_at invited_at",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT,
    ),
    Holding(
        name="texts_of_contracts", table=ContractText,
        where=either(
            mine(ContractText.created_by), saying(ContractText.dossier, quoted)
        ),
        given="uid kind number round state template created_at shown_sha256 sha256",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT,
    ),
    Holding(
        name="signatures", table=ContractSignature,
        where=either(mine(ContractSignature.user_id), named(ContractSignature.email)),
        given="party name function email at address method consent level shown_sha256 sha256",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT,
    ),
    Holding(
        name="acts_on_contracts", table=ContractEvent, where=mine(ContractEvent.user_id),
        given="at trigger actor before after",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT,
    ),
    Holding(
        name="signing_codes", table=SigningCode, where=mine(SigningCode.user_id),
        given="party sha256 created_at expires_at tries voided_at proved_at method used_at",
        data_class=DataClass.CONTRACTS, fate=Fate.KEPT,
    ),
    Holding(
        name="settings_changed", table=Setting, where=mine(Setting.changed_by),
        given="key changed_at",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="thresholds_telling_me", table=Threshold, where=_telling,
        given="name kind period severity tag delay valid_from valid_to paused removed_at"
        " changed_at",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="thresholds_set", table=ThresholdVersion, where=mine(ThresholdVersion.user_id),
        given="threshold_id number first_day at change active",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="alerts_answered", table=Episode, where=mine(Episode.acknowledged_by),
        given="pce_id first_day state acknowledged_at comment snoozed_until",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="alerts_given", table=Episode, where=mine(Episode.assigned_to),
        given="pce_id first_day state",
        data_class=DataClass.WORK, fate=Fate.BLANKED, blank={"assigned_to": None},
    ),
)  # fmt: skip
