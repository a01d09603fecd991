"""Query an organisation's dossier: contents, finished steps and missing items."""

from dataclasses import replace

from sqlalchemy.orm import Session

from core.access import OrganisationKind, Viewer
from core.errors import Conflict, NotFound
from core.i18n import N_, using_language
from core.i18n import _ as said
from core.records import copy_fields
from data.contracts.models import Contract, Onboarding
from data.contracts.queries.visible import HIDDEN, get_contract_organisation, load_signers, visible
from data.contracts.rules.dossier import delegation_in, lacks_of, steps_in
from data.contracts.rules.labels import USES
from data.contracts.rules.serializer import unpacked_dossier
from data.contracts.types import (
    BodyKind,
    Clause,
    ContractDossier,
    ContractTerms,
    Operator,
    OrganisationIdentity,
    Paper,
    Power,
    Representative,
    StepLine,
)
from data.identity.accounts.models import Organisation

LACKING = N_("Le dossier n’est pas complet, il manque : {lacks}.")


def get_dossier(db: Session, viewer: Viewer, organisation_id: int | None = None) -> ContractDossier:
    """Return the stored dossier, or known kind, name and SIREN as a proposal."""
    home = get_contract_organisation(db, viewer, organisation_id)
    row = db.get(Onboarding, home, populate_existing=True)
    if row is not None:
        return unpacked_dossier(row.steps, row.reached, row.version)
    organisation = db.get_one(Organisation, home)
    identity = OrganisationIdentity(name=organisation.name, siren=organisation.siren or "")
    if organisation.kind is OrganisationKind.COLLECTIVITY:
        identity = replace(identity, kind=BodyKind.COLLECTIVITY)
    return ContractDossier(identity)


def list_dossier_steps(
    db: Session, viewer: Viewer, organisation_id: int | None = None
) -> tuple[StepLine, ...]:
    """Return each step with its state and what is missing, as marked sentences with params."""
    home = get_contract_organisation(db, viewer, organisation_id)
    return steps_in(get_dossier(db, viewer, home), load_signers(db, viewer, home))


def get_contract_paper(
    db: Session,
    viewer: Viewer,
    uid: str,
    *,
    terms: ContractTerms,
    operator: Operator,
    clauses: tuple[str, tuple[Clause, ...]],
) -> Paper:
    """Return the contract as it will be printed; raise Conflict, naming what is missing.

    A contract is in French, whatever the reader's language.
    """
    contract = db.scalars(visible(viewer).where(Contract.uid == uid)).one_or_none()
    if contract is None:
        raise NotFound(HIDDEN)
    dossier = get_dossier(db, viewer, contract.organisation_id)
    lacks = lacks_of(dossier, load_signers(db, viewer, contract.organisation_id))
    if lacks:
        words = ", ".join(said(sentence, **blanks) for sentence, blanks in lacks)
        raise Conflict(LACKING, lacks=words)
    return _paper(contract, dossier, terms, operator, clauses)


def _paper(
    contract: Contract,
    dossier: ContractDossier,
    terms: ContractTerms,
    operator: Operator,
    clauses: tuple[str, tuple[Clause, ...]],
) -> Paper:
    template, articles = clauses
    identity = dossier.identity or OrganisationIdentity()
    signer = dossier.representative or Representative()
    with using_language("fr"):
        uses = tuple((said(USES[consent.use]), consent.months) for consent in dossier.uses)
    return copy_fields(
        Paper,
        identity,
        number=contract.number or f"C-{contract.created_at.year}-{contract.id:06d}",
        template=template,
        operator=operator.name,
        operator_address=operator.address,
        organisation=identity.name,
        address=(identity.street, f"{identity.postal_code} {identity.city}"),
        representative=signer.name,
        function=signer.function,
        email=signer.email,
        uses=uses,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        clauses=articles,
        delegation=delegation_in(dossier.power or Power()),
    )
