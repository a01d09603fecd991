"""The words of rights: states, roles, kinds of data, who must act and before when."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from data.access import Viewer
from data.rights.rules.waiting import next_step
from data.rights.types import (
    Actor,
    Kind,
    NextStep,
    Origin,
    ProofState,
    RightRole,
    RightRow,
    RightState,
    Source,
    Trigger,
)
from i18n import N_, _, long_day, plural, short_day

Tone = Literal["ok", "warn", "bad", "mute", "info", "out"]

STATES: Mapping[RightState, tuple[str, str, Tone]] = {
    RightState.ACTIVE: (N_("Active"), "check-circle-fill", "ok"),
    RightState.PENDING: (N_("À valider"), "hourglass-split", "info"),
    RightState.RECHECK: (N_("À revérifier"), "exclamation-triangle-fill", "warn"),
    RightState.REFUSED: (N_("Refusée"), "x-circle-fill", "bad"),
    RightState.REVOKED: (N_("Révoquée"), "slash-circle", "mute"),
    RightState.OBSOLETE: (N_("Obsolète"), "archive", "out"),
}
MEANINGS: Mapping[RightState, str] = {
    RightState.ACTIVE: N_("Les données sont lisibles, dans les périmètres et les dates du droit."),
    RightState.PENDING: N_("Le titulaire a été sollicité ; rien n’est lisible avant sa réponse."),
    RightState.RECHECK: N_(
        "Le titulaire déclaré n’est pas celui du contrat ; rien n’est lisible avant vérification."
    ),
    RightState.REFUSED: N_("Le titulaire a dit non ; rien n’est lisible."),
    RightState.REVOKED: N_("Quelqu’un a mis fin au droit avant son terme ; rien n’est lisible."),
    RightState.OBSOLETE: N_("Le droit a pris fin de lui-même ; rien n’est plus lisible."),
}
ROLES: Mapping[RightRole, str] = {
    RightRole.AUTHORISED_SUPPLY: N_("Autorisé, contrat de fourniture"),
    RightRole.HOLDER_SUPPLY: N_("Titulaire, contrat de fourniture"),
    RightRole.AUTHORISED_INJECTION: N_("Autorisé, contrat d’injection"),
    RightRole.HOLDER_INJECTION: N_("Titulaire, contrat d’injection"),
}
KINDS: Mapping[Kind, str] = {
    Kind.CONTRACTUAL: N_("Contractuelles"),
    Kind.TECHNICAL: N_("Techniques"),
    Kind.INFORMATIVE: N_("Informatives"),
    Kind.PUBLISHED: N_("Publiées"),
}
ORIGINS: Mapping[Origin, str] = {
    Origin.DIRECT: N_("Formulaire ou API"),
    Origin.FILE: N_("Fichier"),
    Origin.CONNECT: N_("Compte du titulaire"),
}
SOURCES: Mapping[Source, str] = {
    Source.HOLDER: N_("Titulaire"),
    Source.THIRD_PARTY: N_("Demandeur"),
    Source.DISTRIBUTOR: N_("Distributeur"),
    Source.DISTRIBUTOR_FOR_HOLDER: N_("Distributeur, pour le titulaire"),
    Source.EXPIRY: N_("Échéance"),
    Source.MOVE: N_("Départ du titulaire"),
    Source.PROOF: N_("Preuve rejetée"),
    Source.CONTRACT: N_("Fin du contrat du demandeur"),
}
PROOFS: Mapping[ProofState, str] = {
    ProofState.AWAITED: N_("Preuve en attente"),
    ProofState.UNDER_CHECK: N_("Preuve en cours de vérification"),
    ProofState.ACCEPTED: N_("Preuve vérifiée OK"),
    ProofState.REJECTED: N_("Preuve vérifiée KO"),
}
TRIGGERS: Mapping[Trigger, str] = {
    Trigger.DECLARED: N_("Déclarée : le titulaire est sollicité"),
    Trigger.DECLARED_HOLDER: N_("Déclarée par le titulaire lui-même"),
    Trigger.DECLARED_DOUBTFUL: N_("Déclarée : l’identité du titulaire est à vérifier"),
    Trigger.ACCEPTED: N_("Acceptée par le titulaire"),
    Trigger.REFUSED: N_("Refusée par le titulaire"),
    Trigger.WITHDRAWN: N_("Accord retiré par le titulaire"),
    Trigger.REVOKED: N_("Révoquée"),
    Trigger.CANCELLED: N_("Déclaration annulée"),
    Trigger.CONFIRMED: N_("Identité du titulaire confirmée"),
    Trigger.ASKED: N_("Identité confirmée : le titulaire est sollicité"),
    Trigger.DENIED: N_("Identité du titulaire non confirmée"),
    Trigger.UNANSWERED: N_("Sans réponse dans le délai"),
    Trigger.EXPIRED: N_("Date de fin passée"),
    Trigger.MOVED: N_("Le titulaire a quitté le site"),
    Trigger.PROOF_REJECTED: N_("Preuve du consentement rejetée"),
    Trigger.CONTRACT_ENDED: N_("Contrat du demandeur terminé"),
}
ACTORS: Mapping[Actor, str] = {
    Actor.THIRD_PARTY: N_("Demandeur"),
    Actor.HOLDER: N_("Titulaire"),
    Actor.DISTRIBUTOR: N_("Distributeur"),
    Actor.SYSTEM: N_("Portail"),
}


def step_of(row: RightRow, today: date) -> NextStep:
    return next_step(row.role, row.state, today, answer_due=row.answer_due, ends_on=row.ends_on)


def who_acts(step: NextStep, viewer: Viewer) -> str:
    """`Vous`, `Titulaire`, `Distributeur`; empty when nobody must."""
    if step.actor is None:
        return ""
    mine = Actor.DISTRIBUTOR if viewer.staff else Actor.THIRD_PARTY
    return _("Vous") if step.actor is mine else _(ACTORS[step.actor])


def step_text(row: RightRow, viewer: Viewer) -> str:
    """`Titulaire, avant le 06/12/2026`; `personne` when nothing is waited for."""
    step = step_of(row, viewer.today)
    who = who_acts(step, viewer)
    if not who:
        return _("personne")
    if step.due is None:
        return who
    if step.actor is Actor.THIRD_PARTY:
        return _("{who}, renouveler avant le {day}", who=who, day=short_day(step.due))
    return _("{who}, avant le {day}", who=who, day=short_day(step.due))


def step_sentence(step: NextStep) -> str:
    """The whole sentence of the drawer, its dates as sentences write them."""
    told = {
        name: long_day(value) if isinstance(value, date) else value
        for name, value in step.params.items()
    }
    return _(step.sentence, **told)


def kinds_text(kinds: frozenset[Kind]) -> str:
    return ", ".join(_(KINDS[kind]).lower() for kind in KINDS if kind in kinds) or "–"


def span_text(first: date | None, last: date | None) -> str:
    """`du 01/09/2023 au 31/08/2028`; a dash for neither."""
    if first and last:
        return _("du {first} au {last}", first=short_day(first), last=short_day(last))
    if first:
        return _("depuis le {first}", first=short_day(first))
    return _("jusqu’au {last}", last=short_day(last)) if last else "–"


def count_text(total: int) -> str:
    return plural("{count} droit d’accès", "{count} droits d’accès", total)
