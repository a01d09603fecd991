"""The words of rights: states, roles, kinds of data, who must act and before when."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from data.access import Viewer
from data.rights.rules.waiting import next_step
from data.rights.types import (
    Act,
    Actor,
    Kind,
    NextStep,
    Origin,
    ProofState,
    RightEvent,
    RightRole,
    RightRow,
    RightState,
    Source,
    Trigger,
)
from i18n import N_, PARIS, _, long_day, plural, short_day

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
    RightState.RECHECK: N_("L’identité du titulaire reste à vérifier ; rien n’est lisible avant."),
    RightState.REFUSED: N_("Le titulaire a dit non ; rien n’est lisible."),
    RightState.REVOKED: N_("Quelqu’un a mis fin au droit avant son terme ; rien n’est lisible."),
    RightState.OBSOLETE: N_("Le droit a expiré ; rien n’est plus lisible."),
}
_ENDINGS: Mapping[Trigger, str] = {
    Trigger.REFUSED: N_("Le titulaire a refusé le {day}."),
    Trigger.WITHDRAWN: N_("Le titulaire a retiré son accord le {day}."),
    Trigger.REVOKED: N_("Le demandeur a mis fin au droit le {day}."),
    Trigger.CANCELLED: N_("Le demandeur a annulé sa déclaration le {day}."),
    Trigger.CONNECTION_FORGOTTEN: N_(
        "La connexion au distributeur a été oubliée avant que la déclaration ne parte : annulée le"
        " {day}."
    ),
    Trigger.SENDING_STOPPED: N_(
        "L’envoi au distributeur a été arrêté avant que la déclaration ne parte : annulée le {day}."
    ),
    Trigger.DENIED: N_("Le distributeur n’a pas confirmé l’identité du titulaire, le {day}."),
    Trigger.UNANSWERED: N_("Personne n’a répondu dans le délai : clos le {day}."),
    Trigger.TURNED_DOWN: N_("Le distributeur n’a pas accepté cette déclaration : close le {day}."),
    Trigger.EXPIRED: N_("La date de fin est passée : clos le {day}."),
    Trigger.MOVED: N_("Titulaire parti, ou site hors service : clos le {day}."),
    Trigger.PROOF_REJECTED: N_("La preuve du consentement a été rejetée le {day}."),
    Trigger.CONTRACT_ENDED: N_("Le contrat du demandeur est terminé : clos le {day}."),
    Trigger.ALIGNED: N_("Le droit n’est plus ouvert chez le distributeur : aligné le {day}."),
}
_FOR_HOLDER = N_("Le distributeur a mis fin au droit le {day}, à la demande du titulaire.")
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
    Origin.MIRROR: N_("Trouvé chez le distributeur"),
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
    Source.ABSENCE: N_("Absent chez le distributeur"),
}
PROOFS: Mapping[ProofState, str] = {
    ProofState.AWAITED: N_("Preuve en attente"),
    ProofState.UNDER_CHECK: N_("Preuve en cours de vérification"),
    ProofState.ACCEPTED: N_("Preuve validée"),
    ProofState.REJECTED: N_("Preuve refusée"),
}
TRIGGERS: Mapping[Trigger, str] = {
    Trigger.DECLARED: N_("Déclarée : le titulaire est sollicité"),
    Trigger.DECLARED_HOLDER: N_("Déclarée par le titulaire lui-même"),
    Trigger.DECLARED_DOUBTFUL: N_("Déclarée : l’identité du titulaire est à vérifier"),
    Trigger.RELAYED: N_("Déclarée : le distributeur en décide"),
    Trigger.TURNED_DOWN: N_("Déclaration refusée par le distributeur"),
    Trigger.ACCEPTED: N_("Acceptée par le titulaire"),
    Trigger.REFUSED: N_("Refusée par le titulaire"),
    Trigger.WITHDRAWN: N_("Accord retiré par le titulaire"),
    Trigger.REVOKED: N_("Révoquée"),
    Trigger.CANCELLED: N_("Déclaration annulée"),
    Trigger.CONNECTION_FORGOTTEN: N_("Annulée : la connexion au distributeur a été oubliée"),
    Trigger.SENDING_STOPPED: N_("Annulée : plus rien n’est envoyé au distributeur"),
    Trigger.CONFIRMED: N_("Identité du titulaire confirmée"),
    Trigger.ASKED: N_("Identité confirmée : le titulaire est sollicité"),
    Trigger.RECALLED: N_("Titulaire relancé"),
    Trigger.DENIED: N_("Identité du titulaire non confirmée"),
    Trigger.UNANSWERED: N_("Sans réponse dans le délai"),
    Trigger.EXPIRED: N_("Date de fin passée"),
    Trigger.MOVED: N_("Le titulaire a quitté le site"),
    Trigger.PROOF_REJECTED: N_("Preuve du consentement rejetée"),
    Trigger.CONTRACT_ENDED: N_("Contrat du demandeur terminé"),
    Trigger.RESTORED: N_("Rétablie par la personne qui l’avait close"),
    Trigger.ALIGNED: N_("Aligné sur le distributeur"),
}
ACTORS: Mapping[Actor, str] = {
    Actor.THIRD_PARTY: N_("Demandeur"),
    Actor.HOLDER: N_("Titulaire"),
    Actor.DISTRIBUTOR: N_("Distributeur"),
    Actor.SYSTEM: N_("Portail"),
}


def who_acts(step: NextStep, viewer: Viewer) -> str:
    """`Vous`, `Titulaire`, `Distributeur`; empty when nobody must."""
    if step.actor is None:
        return ""
    mine = Actor.DISTRIBUTOR if viewer.staff else Actor.THIRD_PARTY
    return _("Vous") if step.actor is mine else _(ACTORS[step.actor])


def step_text(row: RightRow, viewer: Viewer) -> str:
    """`Titulaire, avant le 06/12/2026`; `personne` when there is nothing to do."""
    step = next_step(row, viewer.today)
    who = who_acts(step, viewer)
    if not who:
        return _("personne")
    if step.act is Act.DECLARE:
        return _("{who}, nouvelle déclaration", who=who)
    if step.due is None:
        return _("{who}, vérifier la preuve", who=who) if step.act is Act.JUDGE else who
    if step.act in {Act.PROVE, Act.HAND} and step.due < viewer.today:
        return _("{who}, en retard depuis le {day}", who=who, day=short_day(step.due))
    sentence = _BEFORE.get(step.act, _PLAIN) if step.act else _PLAIN
    return _(sentence, who=who, day=short_day(step.due))


_PLAIN = N_("{who}, avant le {day}")
_BEFORE: Mapping[Act, str] = {
    Act.REACH: N_("{who}, sans courriel, avant le {day}"),
    Act.PROVE: N_("{who}, preuve jusqu’au {day} inclus"),
    Act.HAND: N_("{who}, preuve au distributeur jusqu’au {day} inclus"),
    Act.RENEW: N_("{who}, renouveler avant le {day}"),
}


def step_sentence(step: NextStep, *, staff: bool = False) -> str:
    """The whole sentence of the drawer, its dates as sentences write them."""
    said = _TO_STAFF.get(step.act) if staff and step.act else None
    return _(said or step.sentence, **_days(step))


_TO_STAFF: Mapping[Act, str] = {
    Act.VERIFY: N_("Vérifiez l’identité du titulaire avant le {day}."),
    Act.JUDGE: N_("Vérifiez la preuve du consentement."),
    Act.PROVE: N_("La preuve du consentement est attendue du demandeur : échéance le {day}."),
    Act.HAND: N_("La preuve du consentement est attendue du demandeur : échéance le {day}."),
    Act.RENEW: N_("Le demandeur doit renouveler le droit avant sa fin, le {day}."),
    Act.DECLARE: N_("Le demandeur peut déclarer un nouveau droit."),
    Act.REACH: N_("Le titulaire ne veut plus de courriel : il doit répondre avant le {day}."),
}
REACH = N_(
    "Recueillez son accord par écrit et appelez-le : le lien d’un courriel déjà reçu fonctionne"
    " toujours, et son espace client aussi. À défaut, le distributeur peut le joindre, avec votre"
    " preuve."
)


def _days(step: NextStep) -> dict[str, object]:
    return {
        name: long_day(value) if isinstance(value, date) else value
        for name, value in step.params.items()
    }


def meaning(state: RightState, events: Sequence[RightEvent]) -> str:
    """What the state stands for; of a right that is over, who or what ended it, and when."""
    last = events[-1] if events else None
    if last and last.trigger is Trigger.RELAYED:
        return _("Rien n’est lisible avant sa réponse.")
    if last is None or not state.final or last.trigger not in _ENDINGS:
        return _(MEANINGS[state])
    sentence = _ENDINGS[last.trigger]
    if last.source is Source.DISTRIBUTOR_FOR_HOLDER:
        sentence = _FOR_HOLDER
    return (
        _(sentence, day=long_day(last.at.astimezone(PARIS).date())) + " " + _("Rien n’est lisible.")
    )


def kinds_text(kinds: frozenset[Kind]) -> str:
    return ", ".join(_(KINDS[kind]).lower() for kind in KINDS if kind in kinds) or "–"


def span_text(first: date | None, last: date | None) -> str:
    """`du 01/09/2023 au 31/08/2028`; a dash for neither."""
    if first and last:
        return _("du {first} au {last}", first=short_day(first), last=short_day(last))
    if first:
        return _("depuis le {first}", first=short_day(first))
    return _("jusqu’au {last}", last=short_day(last)) if last else "–"


def count_text(total: int | None) -> str:
    """How many lines there are; None while they are counted."""
    if total is None:
        return _("Comptage…")
    return plural("{count} droit d’accès", "{count} droits d’accès", total)


def purpose_text(purpose: str) -> str:
    """What the data are for, as their holder reads it."""
    return purpose or _("non indiquée : le titulaire lit « n’a pas dit pour quoi faire »")
