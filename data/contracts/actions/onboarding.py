"""Begin a contract, and save its dossier step by step."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.contracts.actions.transitions import ContractAuthor, record
from data.contracts.models import Contract, Onboarding
from data.contracts.queries.dossier import get_dossier
from data.contracts.queries.visible import get_contract_organisation
from data.contracts.rules.dossier import (
    checked_identity,
    checked_imports,
    checked_invites,
    checked_representative,
    checked_uses,
)
from data.contracts.rules.serializer import StepValue, packed_step, unpacked_dossier
from data.contracts.rules.states import LIVE
from data.contracts.types import (
    Consent,
    ContractDossier,
    ContractState,
    ContractTrigger,
    DossierStep,
    Imports,
    Invite,
    OrganisationIdentity,
    Power,
    Representative,
)
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note

_FROZEN = (ContractState.SENT, ContractState.CLIENT_SIGNED)
_LATER = (DossierStep.IMPORTS,)  # not part of what is signed
_CHANGED = N_("Ce dossier a été modifié entre-temps : relisez-le, puis recommencez.")
_IS_FROZEN = N_(
    "Le texte est proposé à la signature : qu’il soit retiré ou refusé avant de"
    " corriger le dossier."
)
TWO = N_("Cette organisation a déjà un contrat en cours : un seul à la fois.")
_NOT_YET = N_("Ce contrat n’est pas encore actif : il ne peut pas être renouvelé.")
_BAD = N_("Cette étape n’attend pas cette réponse.")


def keep_step(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    step: DossierStep,
    value: StepValue,
    *,
    version: int,
    now: datetime,
    organisation_id: int | None = None,
) -> ContractDossier:
    """Store one checked step of the dossier; raise Invalid when it is wrong.

    `version` is that of the displayed dossier (0: none yet); raise Conflict if it changed since.
    """
    home = _writable(db, viewer, organisation_id, step)
    row = db.get(Onboarding, home, populate_existing=True, with_for_update=True)
    if (row.version if row else 0) != version:
        raise Conflict(_CHANGED)
    packed_value = packed_step(_checked(step, value))
    if row is None:
        row = Onboarding(organisation_id=home, steps={}, reached=step, version=0)
        db.add(row)
    row.steps = {**row.steps, step.value: packed_value}
    if step is DossierStep.POWER:
        row.power_key = packed_value["storage_key"]
    row.reached, row.version = step, row.version + 1
    row.changed_at = now
    db.flush()
    detail = {"step": step.value}
    note(db, now, "contracts.step_kept", ("organisation", home), actor=viewer.actor, detail=detail)
    return unpacked_dossier(row.steps, row.reached, row.version)


def _writable(db: Session, viewer: Viewer, organisation_id: int | None, step: DossierStep) -> int:
    """Return the organisation, locked so that concurrent first steps are serialised."""
    viewer.require(Permission.CONTRACTS_WRITE)
    home = get_contract_organisation(db, viewer, organisation_id)
    db.execute(select(Organisation.id).where(Organisation.id == home).with_for_update())
    frozen = select(Contract.id).where(
        Contract.organisation_id == home, Contract.state.in_(_FROZEN)
    )
    if step not in _LATER and db.scalar(frozen) is not None:
        raise Conflict(_IS_FROZEN)
    return home


def _checked(step: DossierStep, value: StepValue) -> StepValue:
    match step, value:
        case DossierStep.IDENTITY, OrganisationIdentity():
            return checked_identity(value)
        case DossierStep.REPRESENTATIVE, Representative():
            return checked_representative(value)
        case DossierStep.POWER, Power():
            return Power(himself=True) if value.himself else value
        case DossierStep.IMPORTS, Imports():
            return checked_imports(value)
        case DossierStep.USES, tuple():
            return checked_uses([item for item in value if isinstance(item, Consent)])
        case DossierStep.INVITES, tuple():
            return checked_invites([item for item in value if isinstance(item, Invite)])
    raise Invalid(_BAD)


def begin(db: Session, viewer: Viewer, *, now: datetime, organisation_id: int | None = None) -> str:
    """Create a draft for an organisation, or return the existing one; return its uid.

    Raise Conflict while a contract is in force: it is renewed or amended instead.
    """
    viewer.require(Permission.CONTRACTS_WRITE)
    home = get_contract_organisation(db, viewer, organisation_id)
    db.execute(select(Organisation.id).where(Organisation.id == home).with_for_update())
    live = select(Contract).where(Contract.organisation_id == home, Contract.state.in_(LIVE))
    live_contracts = list(db.scalars(live))
    for contract in live_contracts:
        if contract.state is ContractState.DRAFT:
            return contract.uid
    if live_contracts:
        raise Conflict(TWO)
    return drafted(db, home, ContractAuthor(now, viewer)).uid


def drafted(
    db: Session, organisation_id: int, by: ContractAuthor, *, renews_id: int | None = None
) -> Contract:
    contract = Contract(
        uid=str(uuid.uuid4()),
        organisation_id=organisation_id,
        renews_id=renews_id,
        state=ContractState.DRAFT,
        version=1,
        created_at=by.now,
        created_by=by.user_id or 0,
        changed_at=by.now,
    )
    db.add(contract)
    db.flush()
    record(db, contract, ContractTrigger.DRAFTED, by, before=None)
    return contract


def stored_dossier(
    db: Session, viewer: Viewer, contract: Contract
) -> tuple[ContractDossier, dict[str, object]]:
    """Return the dossier of a contract, parsed and as stored beside a text."""
    row = db.get(Onboarding, contract.organisation_id, populate_existing=True)
    return get_dossier(db, viewer, contract.organisation_id), dict(row.steps) if row else {}
