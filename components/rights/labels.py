"""Labels of rights: states, roles, kinds of data, next actor and deadline."""

from collections.abc import Mapping, Sequence
from datetime import date

from components.kit import StateLabel
from core.access import Viewer
from core.i18n import N_, PARIS, _, long_day, plural, short_day
from data.rights.rules.pending import next_step
from data.rights.types import (
    Act,
    DeclarationOrigin,
    EndSource,
    NextStep,
    ProofState,
    RightActor,
    RightDataKind,
    RightEvent,
    RightRole,
    RightRow,
    RightState,
    RightTrigger,
)

STATES: Mapping[RightState, StateLabel] = {
    RightState.ACTIVE: StateLabel("Active", "check-circle-fill", "ok"),
    RightState.PENDING: StateLabel("À valider", "hourglass-split", "info"),
    RightState.RECHECK: StateLabel("À revérifier", "exclamation-triangle-fill", "warn"),
    RightState.REFUSED: StateLabel("Refusée", "x-circle-fill", "bad"),
    RightState.REVOKED: StateLabel("Révoquée", "slash-circle", "mute"),
    RightState.OBSOLETE: StateLabel("Obsolète", "archive", "out"),
}
MEANINGS: Mapping[RightState, str] = {
    RightState.ACTIVE: N_("Les données sont lisibles, dans les périmètres et les dates du droit."),
    RightState.PENDING: N_("Le titulaire a été sollicité ; rien n’est lisible avant sa réponse."),
    RightState.RECHECK: N_("L’identité du titulaire reste à vérifier ; rien n’est lisible avant."),
    RightState.REFUSED: N_("Le titulaire a dit non ; rien n’est lisible."),
    RightState.REVOKED: N_("Quelqu’un a mis fin au droit avant son terme ; rien n’est lisible."),
    RightState.OBSOLETE: N_("Le droit a expiré ; rien n’est plus lisible."),
}
_ENDINGS: Mapping[RightTrigger, str] = {
    RightTrigger.REFUSED: N_("Le titulaire a refusé le {day}."),
    RightTrigger.WITHDRAWN: N_("Le titulaire a retiré son accord le {day}."),
    RightTrigger.REVOKED: N_("Le demandeur a mis fin au droit le {day}."),
    RightTrigger.CANCELLED: N_("Le demandeur a annulé sa déclaration le {day}."),
    RightTrigger.CONNECTION_FORGOTTEN: N_(
        "La connexion au distributeur a été oubliée avant que la déclaration ne parte : annulée le"
        " {day}."
    ),
    RightTrigger.SENDING_STOPPED: N_(
        "L’envoi au distributeur a été arrêté avant que la déclaration ne parte : annulée le {day}."
    ),
    RightTrigger.DENIED: N_("Le distributeur n’a pas confirmé l’identité du titulaire, le {day}."),
    RightTrigger.UNANSWERED: N_("Personne n’a répondu dans le délai : clos le {day}."),
    RightTrigger.TURNED_DOWN: N_(
        "Le distributeur n’a pas accepté cette déclaration : close le {day}."
    ),
    RightTrigger.EXPIRED: N_("La date de fin est passée : clos le {day}."),
    RightTrigger.MOVED: N_("Titulaire parti, ou site hors service : clos le {day}."),
    RightTrigger.PROOF_REJECTED: N_("La preuve du consentement a été rejetée le {day}."),
    RightTrigger.CONTRACT_ENDED: N_("Le contrat du demandeur est terminé : clos le {day}."),
    RightTrigger.ALIGNED: N_("Le droit n’est plus ouvert chez le distributeur : aligné le {day}."),
}
_FOR_HOLDER = N_("Le distributeur a mis fin au droit le {day}, à la demande du titulaire.")
ROLES: Mapping[RightRole, str] = {
    RightRole.AUTHORISED_SUPPLY: N_("Autorisé, contrat de fourniture"),
    RightRole.HOLDER_SUPPLY: N_("Titulaire, contrat de fourniture"),
    RightRole.AUTHORISED_INJECTION: N_("Autorisé, contrat d’injection"),
    RightRole.HOLDER_INJECTION: N_("Titulaire, contrat d’injection"),
}
KINDS: Mapping[RightDataKind, str] = {
    RightDataKind.CONTRACTUAL: N_("Contractuelles"),
    RightDataKind.TECHNICAL: N_("Techniques"),
    RightDataKind.INFORMATIVE: N_("Informatives"),
    RightDataKind.PUBLISHED: N_("Publiées"),
}
ORIGINS: Mapping[DeclarationOrigin, str] = {
    DeclarationOrigin.DIRECT: N_("Formulaire ou API"),
    DeclarationOrigin.FILE: N_("Fichier"),
    DeclarationOrigin.CONNECT: N_("Compte du titulaire"),
    DeclarationOrigin.MIRROR: N_("Trouvé chez le distributeur"),
}
SOURCES: Mapping[EndSource, str] = {
    EndSource.HOLDER: N_("Titulaire"),
    EndSource.THIRD_PARTY: N_("Demandeur"),
    EndSource.DISTRIBUTOR: N_("Distributeur"),
    EndSource.DISTRIBUTOR_FOR_HOLDER: N_("Distributeur, pour le titulaire"),
    EndSource.EXPIRY: N_("Échéance"),
    EndSource.MOVE: N_("Départ du titulaire"),
    EndSource.PROOF: N_("Preuve rejetée"),
    EndSource.CONTRACT: N_("Fin du contrat du demandeur"),
    EndSource.ABSENCE: N_("Absent chez le distributeur"),
}
PROOFS: Mapping[ProofState, str] = {
    ProofState.AWAITED: N_("Preuve en attente"),
    ProofState.UNDER_CHECK: N_("Preuve en cours de vérification"),
    ProofState.ACCEPTED: N_("Preuve validée"),
    ProofState.REJECTED: N_("Preuve refusée"),
}
TRIGGERS: Mapping[RightTrigger, str] = {
    RightTrigger.DECLARED: N_("Déclarée : le titulaire est sollicité"),
    RightTrigger.DECLARED_HOLDER: N_("Déclarée par le titulaire lui-même"),
    RightTrigger.DECLARED_DOUBTFUL: N_("Déclarée : l’identité du titulaire est à vérifier"),
    RightTrigger.RELAYED: N_("Déclarée : le distributeur en décide"),
    RightTrigger.TURNED_DOWN: N_("Déclaration refusée par le distributeur"),
    RightTrigger.ACCEPTED: N_("Acceptée par le titulaire"),
    RightTrigger.REFUSED: N_("Refusée par le titulaire"),
    RightTrigger.WITHDRAWN: N_("Accord retiré par le titulaire"),
    RightTrigger.REVOKED: N_("Révoquée"),
    RightTrigger.CANCELLED: N_("Déclaration annulée"),
    RightTrigger.CONNECTION_FORGOTTEN: N_("Annulée : la connexion au distributeur a été oubliée"),
    RightTrigger.SENDING_STOPPED: N_("Annulée : plus rien n’est envoyé au distributeur"),
    RightTrigger.CONFIRMED: N_("Identité du titulaire confirmée"),
    RightTrigger.ASKED: N_("Identité confirmée : le titulaire est sollicité"),
    RightTrigger.RECALLED: N_("Titulaire relancé"),
    RightTrigger.DENIED: N_("Identité du titulaire non confirmée"),
    RightTrigger.UNANSWERED: N_("Sans réponse dans le délai"),
    RightTrigger.EXPIRED: N_("Date de fin passée"),
    RightTrigger.MOVED: N_("Le titulaire a quitté le site"),
    RightTrigger.PROOF_REJECTED: N_("Preuve du consentement rejetée"),
    RightTrigger.CONTRACT_ENDED: N_("Contrat du demandeur terminé"),
    RightTrigger.RESTORED: N_("Rétablie par la personne qui l’avait close"),
    RightTrigger.ALIGNED: N_("Aligné sur le distributeur"),
}
ACTORS: Mapping[RightActor, str] = {
    RightActor.THIRD_PARTY: N_("Demandeur"),
    RightActor.HOLDER: N_("Titulaire"),
    RightActor.DISTRIBUTOR: N_("Distributeur"),
    RightActor.SYSTEM: N_("Portail"),
}


def who_acts(step: NextStep, viewer: Viewer) -> str:
    """Return `Vous`, `Titulaire` or `Distributeur`; empty if nobody has to act."""
    if step.actor is None:
        return ""
    mine = RightActor.DISTRIBUTOR if viewer.staff else RightActor.THIRD_PARTY
    return _("Vous") if step.actor is mine else _(ACTORS[step.actor])


def step_text(row: RightRow, viewer: Viewer) -> str:
    """Return `Titulaire, avant le 06/12/2026`; `personne` if nothing is pending."""
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
    """Return the sentence of the drawer, with full dates."""
    staff_sentence = _TO_STAFF.get(step.act) if staff and step.act else None
    return _(staff_sentence or step.sentence, **_days(step))


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
    """Return the meaning of a state; for an ended right, who or what ended it, and when."""
    last = events[-1] if events else None
    if last and last.trigger is RightTrigger.RELAYED:
        return _("Rien n’est lisible avant sa réponse.")
    if last is None or not state.final or last.trigger not in _ENDINGS:
        return _(MEANINGS[state])
    sentence = _ENDINGS[last.trigger]
    if last.source is EndSource.DISTRIBUTOR_FOR_HOLDER:
        sentence = _FOR_HOLDER
    return (
        _(sentence, day=long_day(last.at.astimezone(PARIS).date())) + " " + _("Rien n’est lisible.")
    )


def kinds_text(kinds: frozenset[RightDataKind]) -> str:
    return ", ".join(_(KINDS[kind]).lower() for kind in KINDS if kind in kinds) or "–"


def span_text(first: date | None, last: date | None) -> str:
    """Return `du 01/09/2023 au 31/08/2028`; a dash without dates."""
    if first and last:
        return _("du {first} au {last}", first=short_day(first), last=short_day(last))
    if first:
        return _("depuis le {first}", first=short_day(first))
    return _("jusqu’au {last}", last=short_day(last)) if last else "–"


def count_text(total: int | None) -> str:
    """Return the number of rights; None while they are counted."""
    if total is None:
        return _("Comptage…")
    return plural("{count} droit d’accès", "{count} droits d’accès", total)


def purpose_text(purpose: str) -> str:
    """Return the purpose as shown to the holder."""
    return purpose or _("non indiquée : le titulaire lit « n’a pas dit pour quoi faire »")
