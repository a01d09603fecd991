"""The dossier of an organisation: what it holds, what is done and what lacks, in words."""

from dataclasses import replace

from sqlalchemy.orm import Session

from data.access import OrganisationKind, Viewer
from data.accounts.models import Organisation
from data.contracts.models import Contract, Onboarding
from data.contracts.queries.visible import HIDDEN, organisation_for, signers_of, visible
from data.contracts.rules.dossier import delegation_in, lacks_of, steps_in
from data.contracts.rules.packing import unpacked_dossier
from data.contracts.rules.words import USES
from data.contracts.types import (
    BodyKind,
    Clause,
    Dossier,
    Identity,
    Operator,
    Paper,
    Power,
    Representative,
    StepLine,
    Terms,
)
from data.errors import Conflict, NotFound
from i18n import N_, speaking
from i18n import _ as said

LACKING = N_("Le dossier n’est pas complet, il manque : {lacks}.")


def dossier_of(db: Session, viewer: Viewer, organisation_id: int | None = None) -> Dossier:
    """What was kept so far; its kind, name and SIREN are proposed as they are known."""
    home = organisation_for(db, viewer, organisation_id)
    row = db.get(Onboarding, home, populate_existing=True)
    if row is not None:
        return unpacked_dossier(row.steps, row.reached, row.version)
    organisation = db.get_one(Organisation, home)
    known = Identity(name=organisation.name, siren=organisation.siren or "")
    if organisation.kind is OrganisationKind.COLLECTIVITY:
        known = replace(known, kind=BodyKind.COLLECTIVITY)
    return Dossier(known)


def steps_of(
    db: Session, viewer: Viewer, organisation_id: int | None = None
) -> tuple[StepLine, ...]:
    """Each step: done or not, and what lacks, as marked sentences with their blanks."""
    home = organisation_for(db, viewer, organisation_id)
    return steps_in(dossier_of(db, viewer, home), signers_of(db, viewer, home))


def paper_of(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    uid: str,
    *,
    terms: Terms,
    operator: Operator,
    clauses: tuple[str, tuple[Clause, ...]],
) -> Paper:
    """What the contract will print: to preview it, then to send it. Conflict names what lacks.

    A contract is in French, whatever the language of who reads it.
    """
    one = db.scalars(visible(viewer).where(Contract.uid == uid)).one_or_none()
    if one is None:
        raise NotFound(HIDDEN)
    dossier = dossier_of(db, viewer, one.organisation_id)
    lacks = lacks_of(dossier, signers_of(db, viewer, one.organisation_id))
    if lacks:
        words = ", ".join(said(sentence, **blanks) for sentence, blanks in lacks)
        raise Conflict(LACKING, lacks=words)
    return _paper(one, dossier, (terms, operator), clauses)


def number_of(one: Contract) -> str:
    """`C-2026-000123`: by the year it was begun and its own id, so that none is given twice."""
    return one.number or f"C-{one.created_at.year}-{one.id:06d}"


def _paper(
    one: Contract,
    dossier: Dossier,
    agreed: tuple[Terms, Operator],
    clauses: tuple[str, tuple[Clause, ...]],
) -> Paper:
    (terms, operator), (template, articles) = agreed, clauses
    identity = dossier.identity or Identity()
    signer = dossier.representative or Representative()
    with speaking("fr"):
        uses = tuple((said(USES[consent.use]), consent.months) for consent in dossier.uses)
    return Paper(
        number=number_of(one),
        template=template,
        operator=operator.name,
        operator_address=operator.address,
        organisation=identity.name,
        legal_form=identity.legal_form,
        siren=identity.siren,
        siret=identity.siret,
        vat=identity.vat,
        address=(identity.street, f"{identity.postal_code} {identity.city}"),
        sector=identity.sector,
        representative=signer.name,
        function=signer.function,
        email=signer.email,
        uses=uses,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        clauses=articles,
        delegation=delegation_in(dossier.power or Power()),
    )
