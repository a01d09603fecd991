"""A dossier, a paper and an amendment as the database keeps them, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from data.contracts.types import (
    Amendment,
    BodyKind,
    Clause,
    Consent,
    Dossier,
    Identity,
    Imports,
    Invite,
    Paper,
    Power,
    Representative,
    Step,
    Use,
)

Kept = dict[str, Any]
StepValue = Identity | Representative | Power | tuple[Consent, ...] | tuple[Invite, ...] | Imports


def packed_step(value: StepValue) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, tuple):
        return [asdict(one) for one in value]
    return asdict(value)


def unpacked_dossier(steps: Mapping[str, Any], reached: Step, version: int) -> Dossier:
    """What is kept of each step; None where nothing is."""
    identity, signer = steps.get(Step.IDENTITY), steps.get(Step.REPRESENTATIVE)
    power, imports = steps.get(Step.POWER), steps.get(Step.IMPORTS)
    return Dossier(
        identity=Identity(**identity | {"kind": BodyKind(identity["kind"])}) if identity else None,
        representative=Representative(**signer) if signer else None,
        power=Power(**power) if power else None,
        uses=tuple(Consent(Use(one["use"]), one["months"]) for one in steps.get(Step.USES, ())),
        invites=unpacked_invites(steps),
        imports=Imports(**imports) if imports else None,
        reached=reached,
        version=version,
    )


def unpacked_invites(steps: Mapping[str, Any]) -> tuple[Invite, ...]:
    """Of a dossier, be it the one that stands beside a text."""
    return tuple(Invite(**one) for one in steps.get(Step.INVITES, ()))


def packed_paper(paper: Paper) -> Kept:
    return asdict(paper) | {
        "starts_on": paper.starts_on.isoformat(),
        "ends_on": paper.ends_on.isoformat() if paper.ends_on else None,
    }


def unpacked_paper(kept: Kept) -> Paper:
    ends_on = kept["ends_on"]
    clauses = (Clause(one["number"], one["title"], tuple(one["text"])) for one in kept["clauses"])
    return Paper(
        **kept
        | {
            "address": tuple(kept["address"]),
            "uses": tuple((purpose, months) for purpose, months in kept["uses"]),
            "starts_on": date.fromisoformat(kept["starts_on"]),
            "ends_on": date.fromisoformat(ends_on) if ends_on else None,
            "clauses": tuple(clauses),
        }
    )


def packed_amendment(one: Amendment) -> Kept:
    return asdict(one) | {"effective_on": one.effective_on.isoformat()}


def unpacked_amendment(kept: Kept | None) -> Amendment | None:
    if not kept:
        return None
    day = date.fromisoformat(cast("str", kept["effective_on"]))
    return Amendment(kept["number"], kept["subject"], kept["text"], day)
