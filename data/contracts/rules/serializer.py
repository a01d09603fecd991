"""Serialize dossiers, contract papers and amendments for the database."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from data.contracts.types import (
    Amendment,
    BodyKind,
    Clause,
    Consent,
    ContractDossier,
    DataUse,
    DossierStep,
    Imports,
    Invite,
    OrganisationIdentity,
    Paper,
    Power,
    Representative,
)

Kept = dict[str, Any]
StepValue = (
    OrganisationIdentity
    | Representative
    | Power
    | tuple[Consent, ...]
    | tuple[Invite, ...]
    | Imports
)


def packed_step(value: StepValue) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, tuple):
        return [asdict(item) for item in value]
    return asdict(value)


def unpacked_dossier(
    steps: Mapping[str, Any], reached: DossierStep, version: int
) -> ContractDossier:
    """Return the dossier from its stored steps; missing steps are None."""
    identity, signer = steps.get(DossierStep.IDENTITY), steps.get(DossierStep.REPRESENTATIVE)
    power, imports = steps.get(DossierStep.POWER), steps.get(DossierStep.IMPORTS)
    return ContractDossier(
        identity=OrganisationIdentity(**identity | {"kind": BodyKind(identity["kind"])})
        if identity
        else None,
        representative=Representative(**signer) if signer else None,
        power=Power(**power) if power else None,
        uses=tuple(
            Consent(DataUse(consent["use"]), consent["months"])
            for consent in steps.get(DossierStep.USES, ())
        ),
        invites=unpacked_invites(steps),
        imports=Imports(**imports) if imports else None,
        reached=reached,
        version=version,
    )


def unpacked_invites(steps: Mapping[str, Any]) -> tuple[Invite, ...]:
    """Return the invitations of a dossier, also of the copy stored with a text."""
    return tuple(Invite(**invite) for invite in steps.get(DossierStep.INVITES, ()))


def packed_paper(paper: Paper) -> Kept:
    return asdict(paper) | {
        "starts_on": paper.starts_on.isoformat(),
        "ends_on": paper.ends_on.isoformat() if paper.ends_on else None,
    }


def unpacked_paper(stored: Kept) -> Paper:
    ends_on = stored["ends_on"]
    clauses = (
        Clause(clause["number"], clause["title"], tuple(clause["text"]))
        for clause in stored["clauses"]
    )
    return Paper(
        **stored
        | {
            "address": tuple(stored["address"]),
            "uses": tuple((purpose, months) for purpose, months in stored["uses"]),
            "starts_on": date.fromisoformat(stored["starts_on"]),
            "ends_on": date.fromisoformat(ends_on) if ends_on else None,
            "clauses": tuple(clauses),
        }
    )


def packed_amendment(amendment: Amendment) -> Kept:
    return asdict(amendment) | {"effective_on": amendment.effective_on.isoformat()}


def unpacked_amendment(stored: Kept | None) -> Amendment | None:
    if not stored:
        return None
    day = date.fromisoformat(cast("str", stored["effective_on"]))
    return Amendment(stored["number"], stored["subject"], stored["text"], day)
