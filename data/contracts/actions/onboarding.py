"""The dossier, kept step by step; beginning a contract."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.audit.actions import note
from data.contracts.actions.moving import By, record
from data.contracts.models import Contract, Onboarding
from data.contracts.queries.dossier import dossier_of
from data.contracts.queries.visible import organisation_for
from data.contracts.rules.dossier import (
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
    checked_uses,
)
from data.contracts.rules.packing import StepValue, packed_step, unpacked_dossier
from data.contracts.rules.states import LIVE
from data.contracts.types import (
    Consent,
    ContractState,
    Dossier,
    Identity,
    Imports,
    Invite,
    Power,
    Representative,
    Step,
    Trigger,
)
from data.errors import Conflict, Invalid
from i18n import N_

_FROZEN = (ContractState.SENT, ContractState.CLIENT_SIGNED)
_LATER = (Step.IMPORTS,)  # no part of what is signed
_CHANGED = N_("Ce dossier a été modifié entre-temps : relisez-le, puis recommencez.")
_IS_FROZEN = N_(
    "Le texte est proposé à la signature : qu’il soit retiré ou refusé avant de"
    " corriger le dossier."
)
TWO = N_("Cette organisation a déjà un contrat en cours : un seul à la fois.")
_NOT_YET = N_("Ce contrat n’est pas encore actif : il ne peut pas être renouvelé.")
_BAD = N_("Cette étape n’attend pas cette réponse.")


def keep_step(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    step: Step,
    value: StepValue,
    *,
    version: int,
    now: datetime,
    organisation_id: int | None = None,
) -> Dossier:
    """Keep one step as it was typed, checked; Invalid says what is wrong, and nothing is lost.

    *version* is that of the dossier that was shown (0: none yet): Conflict if somebody kept
    another since.
    """
    home = _writable(db, viewer, organisation_id, step)
    row = db.get(Onboarding, home, populate_existing=True, with_for_update=True)
    if (row.version if row else 0) != version:
        raise Conflict(_CHANGED)
    kept = packed_step(_checked(step, value))
    if row is None:
        row = Onboarding(organisation_id=home, steps={}, reached=step, version=0)
        db.add(row)
    row.steps = {**row.steps, step.value: kept}
    if step is Step.POWER:
        row.power_key = kept["storage_key"]
    row.reached, row.version = step, row.version + 1
    row.changed_at = now
    db.flush()
    actor = viewer.user_id, viewer.organisation_id
    detail = {"step": step.value}
    note(db, now, "contracts.step_kept", ("organisation", home), actor=actor, detail=detail)
    return unpacked_dossier(row.steps, row.reached, row.version)


def _writable(db: Session, viewer: Viewer, organisation_id: int | None, step: Step) -> int:
    """The organisation, locked so that two first steps pass one by one."""
    viewer.require(Permission.CONTRACTS_WRITE)
    home = organisation_for(db, viewer, organisation_id)
    db.execute(select(Organisation.id).where(Organisation.id == home).with_for_update())
    frozen = select(Contract.id).where(
        Contract.organisation_id == home, Contract.state.in_(_FROZEN)
    )
    if step not in _LATER and db.scalar(frozen) is not None:
        raise Conflict(_IS_FROZEN)
    return home


def _checked(step: Step, value: StepValue) -> StepValue:
    match step, value:
        case Step.IDENTITY, Identity():
            return checked_identity(value)
        case Step.REPRESENTATIVE, Representative():
            return checked_representative(value)
        case Step.POWER, Power():
            return Power(himself=True) if value.himself else value
        case Step.IMPORTS, Imports():
            return checked_imports(value)
        case Step.USES, tuple():
            return checked_uses([one for one in value if isinstance(one, Consent)])
        case Step.INVITES, tuple():
            return checked_invites([one for one in value if isinstance(one, Invite)])
    raise Invalid(_BAD)


def begin(db: Session, viewer: Viewer, *, now: datetime, organisation_id: int | None = None) -> str:
    """A draft for an organisation, or the one that is there already; its uid.

    Conflict while a contract is in force: that one is renewed or amended.
    """
    viewer.require(Permission.CONTRACTS_WRITE)
    home = organisation_for(db, viewer, organisation_id)
    db.execute(select(Organisation.id).where(Organisation.id == home).with_for_update())
    live = select(Contract).where(Contract.organisation_id == home, Contract.state.in_(LIVE))
    there = list(db.scalars(live))
    for one in there:
        if one.state is ContractState.DRAFT:
            return one.uid
    if there:
        raise Conflict(TWO)
    return drafted(db, home, By(now, viewer)).uid


def drafted(db: Session, organisation_id: int, by: By, *, renews_id: int | None = None) -> Contract:
    one = Contract(
        uid=str(uuid.uuid4()),
        organisation_id=organisation_id,
        renews_id=renews_id,
        state=ContractState.DRAFT,
        version=1,
        created_at=by.now,
        created_by=by.user_id or 0,
        changed_at=by.now,
    )
    db.add(one)
    db.flush()
    record(db, one, Trigger.DRAFTED, by, before=None)
    return one


def kept_dossier(db: Session, viewer: Viewer, one: Contract) -> tuple[Dossier, dict[str, object]]:
    """The dossier of a contract, and as it is kept beside a text."""
    row = db.get(Onboarding, one.organisation_id, populate_existing=True)
    return dossier_of(db, viewer, one.organisation_id), dict(row.steps) if row else {}
