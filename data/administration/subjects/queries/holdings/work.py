"""Holdings of work: files, controls, contracts, thresholds, exports."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from data.administration.claims.models import PceClaim
from data.administration.subjects.queries.holdings.base import (
    Holding,
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
from data.analysis.marks.models import AnnotationRow, HomeView, KeptViewRow, SharedLink
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
    ChecklistAnswer,
    Control,
    Decision,
    Deposit,
    DepositedControl,
    JournalEntry,
    Message,
    MessageMark,
    ProofPiece,
)
from data.exports.models import Export, ExportedPce, ExportPick, ExportSchedule
from data.identity.settings.models import Setting
from data.money.attestations.models import AttestationRow
from data.money.budgets.models import BudgetChange
from data.rights.models import AccessRight, RightAct
from data.runs.models import Run
from data.thresholds.models import Episode, Threshold, ThresholdVersion


def _my_exports(subject: Subject) -> ColumnElement[bool]:
    return ExportedPce.export_id.in_(select(Export.id).where(is_account(Export.user_id)(subject)))


def _first_views(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of their home views, and of colleagues' that open one of theirs."""
    views = select(KeptViewRow.id).where(is_account(KeptViewRow.user_id)(subject))
    return or_(is_account(HomeView.user_id)(subject), HomeView.view_id.in_(views))


def _my_pieces(subject: Subject) -> ColumnElement[bool]:
    deposits = select(Deposit.id).where(is_account(Deposit.created_by)(subject))
    messages = select(Message.id).where(is_account(Message.author_id)(subject))
    return or_(ProofPiece.deposit_id.in_(deposits), ProofPiece.message_id.in_(messages))


def _proofs_of(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of pieces sent as proof of a right that the person holds."""
    rights = select(AccessRight.id).where(is_email(AccessRight.email)(subject))
    controls = select(Control.id).where(Control.right_id.in_(rights))
    covering = select(DepositedControl.deposit_id).where(DepositedControl.control_id.in_(controls))
    return ProofPiece.deposit_id.in_(covering)


def _telling(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of thresholds that may notify the person, in the current version.

    The search is by text, so other thresholds with the same number may match too.
    """
    tells_person = has_json_text(ThresholdVersion.draft, lambda one: f'"user_id": {one.user_id},')
    of_now = select(ThresholdVersion.threshold_id).where(
        tells_person(subject),
        ThresholdVersion.threshold_id == Threshold.id,
        ThresholdVersion.number == Threshold.version,
    )
    return and_(has_account(subject), of_now.exists())


def has_account(subject: Subject) -> ColumnElement[bool]:
    """Return a condition that is false without an account, since None would match as text."""
    return Threshold.id == (Threshold.id if subject.user_id is not None else 0)


def get_personal_steps(steps: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """Return what a dossier says about the person: as representative, and their invitations."""
    own_values: dict[str, Any] = {}
    who = steps.get("representative") or {}
    if str(who.get("email", "")).lower() == subject.email:
        own_values["representative"] = who
    invites = [
        invite
        for invite in _invites(steps)
        if str(invite.get("email", "")).lower() == subject.email
    ]
    return own_values | ({"invites": invites} if invites else {})


def get_other_steps(steps: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """Return the dossier without these parts, which somebody else must then fill in again."""
    own = get_personal_steps(steps, subject)
    other_values = {name: value for name, value in steps.items() if name not in own}
    if "invites" in own:
        other_invites = [invite for invite in _invites(steps) if invite not in own["invites"]]
        was = steps["invites"]
        other_values["invites"] = (
            {**was, "invites": other_invites} if isinstance(was, Mapping) else other_invites
        )
    return other_values


def _invites(steps: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    invites = steps.get("invites") or []
    return list(invites.get("invites", ())) if isinstance(invites, Mapping) else list(invites)


HOLDINGS: tuple[Holding, ...] = (
    kept(
        name="files",
        table=Run,
        where=is_account(Run.user_id),
        column_names="kind state file_name file_size pce created_at started_at finished_at "
        "undone_at done total counts",
        data_class=DataClass.RECEIPTS,
    ),
    kept(
        name="operations_on_rights",
        table=RightAct,
        where=is_account(RightAct.user_id),
        column_names="act state ends_on chosen created_at started_at finished_at undo_until "
        "undone_at",
        data_class=DataClass.RECEIPTS,
    ),
    kept(
        name="points_claimed",
        table=PceClaim,
        where=is_account(PceClaim.user_id),
        column_names="number index_m3 read_on letter_name letter_kind letter_sha256"
        " state created_at decided_at answer",
        data_class=DataClass.PROOFS,
    ),
    erased(
        name="exported_points",
        table=ExportedPce,
        where=_my_exports,
        column_names="pce_id export_id first_day last_day",
        data_class=DataClass.RECEIPTS,
    ),
    erased(
        name="exports",
        table=Export,
        where=is_account(Export.user_id),
        column_names="state content file choice first_day last_day created_at started_at "
        "finished_at kept_until pces rows file_name file_size sha256",
        data_class=DataClass.RECEIPTS,
    ),
    erased(
        name="points_picked",
        table=ExportPick,
        where=is_account(ExportPick.user_id),
        column_names="numbers created_at",
        data_class=DataClass.RECEIPTS,
    ),
    erased(
        name="monthly_exports",
        table=ExportSchedule,
        where=is_account(ExportSchedule.user_id),
        column_names="content file apart choice months day next_on created_at",
        data_class=DataClass.RECEIPTS,
    ),
    kept(
        name="annotations",
        table=AnnotationRow,
        where=is_account(AnnotationRow.user_id),
        column_names="pce_id first_day last_day kind words shared created_at changed_at removed_at",
        data_class=DataClass.WORK,
    ),
    kept(
        name="attestations",
        table=AttestationRow,
        where=is_account(AttestationRow.user_id),
        column_names="year label name size sha256 created_at removed_at",
        data_class=DataClass.WORK,
    ),
    kept(
        name="budgets",
        table=BudgetChange,
        where=is_account(BudgetChange.user_id),
        column_names="budget_id version unit amount at removed",
        data_class=DataClass.WORK,
    ),
    erased(
        name="first_view",
        table=HomeView,
        where=_first_views,
        column_names="view_id",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="kept_views",
        table=KeptViewRow,
        where=is_account(KeptViewRow.user_id),
        column_names="name path query number shared created_at",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="links_shared",
        table=SharedLink,
        where=is_account(SharedLink.user_id),
        column_names="pce_id label first_day last_day step unit data created_at expires_at "
        "revoked_at opened opened_at",
        data_class=DataClass.WORK,
    ),
    kept(
        name="campaigns",
        table=Campaign,
        where=is_account(Campaign.created_by),
        column_names="uid created_at way rate eligible drawn due_on",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="controls_followed",
        table=Control,
        where=is_account(Control.owner_id),
        column_names="uid state opened_at due_on decided_at closed_at",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="deposits",
        table=Deposit,
        where=is_account(Deposit.created_by),
        column_names="uid created_at sent_at",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="pieces",
        table=ProofPiece,
        where=_my_pieces,
        column_names="uid name kind size sha256",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="proofs_about_me",
        table=ProofPiece,
        where=_proofs_of,
        column_names="uid kind size sha256",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="words_on_controls",
        table=Message,
        where=is_account(Message.author_id),
        column_names="uid at side internal text",
        data_class=DataClass.PROOFS,
    ),
    erased(
        name="words_read",
        table=MessageMark,
        where=is_account(MessageMark.user_id),
        column_names="control_id message_id told_id",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="decisions",
        table=Decision,
        where=is_account(Decision.by_id, Decision.undone_by),
        column_names="verdict motive text at effect_at applied_at undone_at",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="points_checked",
        table=ChecklistAnswer,
        where=is_account(ChecklistAnswer.by_id),
        column_names="point fits at",
        data_class=DataClass.PROOFS,
    ),
    kept(
        name="journal_of_controls",
        table=JournalEntry,
        where=is_account(JournalEntry.actor_id),
        column_names="seq at fact side detail",
        data_class=DataClass.PROOFS,
    ),
    erased(
        name="calendars",
        table=CalendarLink,
        where=is_account(CalendarLink.user_id),
        column_names="created_at revoked_at",
        data_class=DataClass.ACCOUNT,
    ),
    kept(
        name="dossiers",
        table=Onboarding,
        where=has_json_text(Onboarding.steps, get_json_quoted),
        column_names="steps changed_at",
        data_class=DataClass.CONTRACTS,
        cut={"steps": get_personal_steps},
    ),
    kept(
        name="contracts_to_sign",
        table=Contract,
        where=is_email(Contract.signer),
        column_names="uid number state signer starts_on ends_on sent_at started_at ended_on",
        data_class=DataClass.CONTRACTS,
    ),
    kept(
        name="contracts_made",
        table=Contract,
        where=is_account(Contract.created_by),
        column_names="uid number state created_at changed_at invited_at",
        data_class=DataClass.CONTRACTS,
    ),
    kept(
        name="texts_of_contracts",
        table=ContractText,
        where=is_account_or_email(
            is_account(ContractText.created_by),
            has_json_text(ContractText.dossier, get_json_quoted),
        ),
        column_names="uid kind number round state template created_at shown_sha256 sha256",
        data_class=DataClass.CONTRACTS,
    ),
    kept(
        name="signatures",
        table=ContractSignature,
        where=is_account_or_email(
            is_account(ContractSignature.user_id), is_email(ContractSignature.email)
        ),
        column_names="party name function email at address method consent level shown_sha256 "
        "sha256",
        data_class=DataClass.CONTRACTS,
    ),
    kept(
        name="acts_on_contracts",
        table=ContractEvent,
        where=is_account(ContractEvent.user_id),
        column_names="at trigger actor before after",
        data_class=DataClass.CONTRACTS,
    ),
    kept(
        name="signing_codes",
        table=SigningCode,
        where=is_account(SigningCode.user_id),
        column_names="party sha256 created_at expires_at tries voided_at proved_at method used_at",
        data_class=DataClass.CONTRACTS,
    ),
    kept(
        name="settings_changed",
        table=Setting,
        where=is_account(Setting.changed_by),
        column_names="key changed_at",
        data_class=DataClass.WORK,
    ),
    kept(
        name="thresholds_telling_me",
        table=Threshold,
        where=_telling,
        column_names="name kind period severity tag delay valid_from valid_to paused removed_at "
        "changed_at",
        data_class=DataClass.WORK,
    ),
    kept(
        name="thresholds_set",
        table=ThresholdVersion,
        where=is_account(ThresholdVersion.user_id),
        column_names="threshold_id number first_day at change active",
        data_class=DataClass.WORK,
    ),
    kept(
        name="alerts_answered",
        table=Episode,
        where=is_account(Episode.acknowledged_by),
        column_names="pce_id first_day state acknowledged_at comment snoozed_until",
        data_class=DataClass.WORK,
    ),
    blanked(
        name="alerts_given",
        table=Episode,
        where=is_account(Episode.assigned_to),
        column_names="pce_id first_day state",
        data_class=DataClass.WORK,
        blank={"assigned_to": None},
    ),
)
