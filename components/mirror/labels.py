"""Labels of the mirror: states, kinds of difference and ADICT fields."""

from collections.abc import Mapping
from datetime import datetime

from components.kit import StateLabel
from components.rights.labels import PROOFS as PROOF_WORDS
from components.rights.labels import ROLES as ROLE_WORDS
from components.rights.labels import STATES as STATE_WORDS
from core.i18n import N_, PARIS, _, clock, plural, short_day
from data.exchange.mirror.types import (
    MOVING,
    ConnectionState,
    DriftKind,
    DriftRow,
    MirrorPart,
    RoundCounts,
    RoundState,
    SendingRow,
    SendingState,
    SendingVerb,
)
from data.exchange.mirror.types import RoundWay as Way
from data.rights.rules.adict import FALSE, TRUE, proof_of, role_of, source_of, state_of
from data.rights.types import EndSource

NONE = "—"
CONNECTIONS: Mapping[ConnectionState, StateLabel] = {
    ConnectionState.UNTRIED: StateLabel("Non essayée", "question-circle", "warn"),
    ConnectionState.WORKING: StateLabel("En marche", "check-circle-fill", "ok"),
    ConnectionState.REFUSED: StateLabel("Identifiants refusés", "x-circle-fill", "bad"),
    ConnectionState.DOWN: StateLabel("Sans réponse", "exclamation-triangle-fill", "warn"),
}
ROUNDS: Mapping[RoundState, StateLabel] = {
    RoundState.WAITING: StateLabel("En attente", "hourglass-split", "info"),
    RoundState.RUNNING: StateLabel("En cours", "arrow-repeat", "info"),
    RoundState.PAUSED: StateLabel("En pause", "pause-circle", "warn"),
    RoundState.DONE: StateLabel("Terminée", "check-circle-fill", "ok"),
    RoundState.CUT: StateLabel("Interrompue", "exclamation-triangle-fill", "warn"),
    RoundState.FAILED: StateLabel("Échouée", "x-circle-fill", "bad"),
}
WAYS: Mapping[Way, str] = {
    Way.NIGHT: N_("Synchronisation de nuit"),
    Way.ASKED: N_("Synchronisation demandée"),
}
SENDINGS: Mapping[SendingState, StateLabel] = {
    SendingState.QUEUED: StateLabel("À envoyer", "hourglass-split", "info"),
    SendingState.SENDING: StateLabel("En cours d’envoi", "arrow-repeat", "info"),
    SendingState.UNSURE: StateLabel("Incertain", "question-circle", "warn"),
    SendingState.DONE: StateLabel("Reçu", "check-circle-fill", "ok"),
    SendingState.REFUSED: StateLabel("Refusé", "x-circle-fill", "bad"),
    SendingState.DROPPED: StateLabel("Retiré", "slash-circle", "mute"),
}
VERBS: Mapping[SendingVerb, str] = {
    SendingVerb.DECLARE: N_("Déclaration"),
    SendingVerb.REVOKE: N_("Révocation"),
    SendingVerb.PROVE: N_("Preuves"),
}
PARTS: Mapping[MirrorPart, str] = {
    MirrorPart.RIGHTS: N_("Droits d’accès"),
    MirrorPart.INFORMATIVE: N_("Relevés journaliers informatifs"),
    MirrorPart.PUBLISHED: N_("Relevés publiés"),
    MirrorPart.INJECTED: N_("Gaz injecté"),
    MirrorPart.CONTRACTUAL: N_("Données contractuelles"),
    MirrorPart.TECHNICAL: N_("Données techniques"),
}
HINTS: Mapping[MirrorPart, str] = {  # where the name is not enough
    MirrorPart.INJECTED: N_(
        "Les périodes publiées de vos sites de biométhane, par vos droits d’injection."
    ),
}
KINDS: Mapping[DriftKind, tuple[str, str]] = {  # tab label, sentence
    DriftKind.UNKNOWN_HERE: (
        N_("Inconnu ici"),
        N_("Le distributeur a ce droit, ce portail ne l’a pas. Réparer l’ajoute ici."),
    ),
    DriftKind.UNKNOWN_THERE: (
        N_("Inconnu là-bas"),
        N_("Ce portail a ce droit, le distributeur ne l’a pas. Réparer y met fin ici."),
    ),
    DriftKind.ENDED_HERE: (
        N_("Clos ici"),
        N_("Clos ici : c’est au distributeur de le clore aussi."),
    ),
    DriftKind.CLOSED_HERE: (
        N_("Clos par vous"),
        N_(
            "Vous l’avez clos ici, le distributeur l’a encore. Réparer le rouvre ici : rien ne le"
            " rouvre sans vous le demander."
        ),
    ),
    DriftKind.STATE: (
        N_("État"),
        N_("L’état a changé chez le distributeur. Réparer reprend le sien."),
    ),
    DriftKind.DATES: (
        N_("Dates"),
        N_("Les dates du droit diffèrent. Réparer reprend celles du distributeur."),
    ),
    DriftKind.PERIMETERS: (
        N_("Périmètres"),
        N_("Les données couvertes diffèrent. Réparer reprend celles du distributeur."),
    ),
    DriftKind.PROOF: (
        N_("Preuve"),
        N_("Sa preuve n’est pas dans le même état. Réparer reprend l’état du distributeur."),
    ),
}
_ENDED: Mapping[EndSource, str] = {  # who ended a right here that is not reopened
    EndSource.HOLDER: N_("Clos ici par le titulaire : c’est au distributeur de le clore aussi."),
    EndSource.DISTRIBUTOR_FOR_HOLDER: N_(
        "Clos ici pour le titulaire, à sa demande : c’est au distributeur de le clore aussi."
    ),
    EndSource.MOVE: N_(
        "Clos ici par le départ du titulaire ou la mise hors service : c’est au distributeur de"
        " le clore aussi."
    ),
    EndSource.CONTRACT: N_(
        "Clos ici par la fin de votre contrat : c’est au distributeur de le clore aussi."
    ),
    EndSource.PROOF: N_(
        "Clos ici par une preuve rejetée : c’est au distributeur de le clore aussi."
    ),
}
_SOURCES: Mapping[EndSource, str] = {
    EndSource.HOLDER: N_("Titulaire"),
    EndSource.THIRD_PARTY: N_("Demandeur"),
    EndSource.DISTRIBUTOR: N_("Distributeur"),
    EndSource.DISTRIBUTOR_FOR_HOLDER: N_("Distributeur, à la demande du titulaire"),
    EndSource.EXPIRY: N_("Fin de sa durée"),
    EndSource.MOVE: N_("Départ du titulaire ou mise hors service"),
    EndSource.PROOF: N_("Preuve rejetée"),
    EndSource.CONTRACT: N_("Fin du contrat du demandeur"),
    EndSource.ABSENCE: N_("Inconnu du distributeur"),
}
_FIELDS: Mapping[str, str] = {
    "etat_droit_acces": N_("État"),
    "role_tiers": N_("Rôle"),
    "date_debut_droit_acces": N_("Début du droit"),
    "date_fin_droit_acces": N_("Fin du droit"),
    "perim_donnees_conso_debut": N_("Consommations du"),
    "perim_donnees_conso_fin": N_("Consommations au"),
    "perim_donnees_inj_debut": N_("Injections du"),
    "perim_donnees_inj_fin": N_("Injections au"),
    "perim_donnees_contractuelles": N_("Données contractuelles"),
    "perim_donnees_techniques": N_("Données techniques"),
    "perim_donnees_informatives": N_("Données informatives"),
    "perim_donnees_publiees": N_("Données publiées"),
    "date_revocation": N_("Révoqué le"),
    "date_passage_a_obsolete": N_("Obsolète depuis le"),
    "date_passage_a_refuse": N_("Refusé le"),
    "source_revocation": N_("Cause de la révocation"),
    "source_passage_a_obsolete": N_("Cause de la fin"),
    "source_passage_a_refuse": N_("Cause du refus"),
    "statut_controle_preuve": N_("Contrôle de la preuve"),
    "date_limite_transmission_preuve": N_("Preuve à transmettre avant le"),
}


def reason(row: DriftRow) -> str:
    """Return why a right differs, and what a repair does."""
    if row.kind is DriftKind.ENDED_HERE:
        source_values = (
            local_value
            for name, local_value, _upstream_value in row.fields
            if name.startswith("source_")
        )
        source = next(
            (
                source
                for local_value in source_values
                if local_value and (source := source_of(local_value))
            ),
            None,
        )
        if source and source in _ENDED:
            return _(_ENDED[source])
    return _(KINDS[row.kind][1])


def field_name(field: str) -> str:
    """Return the label of an ADICT field; an unknown field keeps its name."""
    field_label = _FIELDS.get(field)
    return _(field_label) if field_label else field


def value_text(value: str | None) -> str:
    """Format an ADICT value; an unknown value is unchanged."""
    if not value:
        return NONE
    if value in {TRUE, FALSE}:
        return _("Oui") if value == TRUE else _("Non")
    value_label = _known_label(value)
    if value_label:
        return _(value_label)
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return short_day(at) if len(value) == len("2026-11-24") else clock(at.replace(tzinfo=PARIS))


def _known_label(value: str) -> str:
    state, role, proof = state_of(value), role_of(value), proof_of(value)
    source = source_of(value)
    if state:
        return STATE_WORDS[state][0]
    if role:
        return ROLE_WORDS[role]
    if source:
        return _SOURCES[source]
    return PROOF_WORDS[proof] if proof else ""


def duration_text(started: datetime, ended: datetime) -> str:
    """Format the duration of a round."""
    seconds = max(0, round((ended - started).total_seconds()))
    minutes, rest = divmod(seconds, 60)
    if not seconds:
        return _("moins d’une seconde")
    if not minutes:
        return plural("{count} seconde", "{count} secondes", seconds)
    return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest)


def counts_text(counts: RoundCounts) -> list[str]:
    """Return the non-zero counts of a round."""
    return [
        *_if(counts.calls, plural("{count} appel", "{count} appels", counts.calls)),
        *_if(counts.rights, plural("{count} droit lu", "{count} droits lus", counts.rights)),
        *_if(counts.pces, plural("{count} PCE lu", "{count} PCE lus", counts.pces)),
        *_if(
            counts.new, plural("{count} valeur nouvelle", "{count} valeurs nouvelles", counts.new)
        ),
        *_if(
            counts.changed,
            plural("{count} valeur corrigée", "{count} valeurs corrigées", counts.changed),
        ),
        *_if(
            counts.injected,
            plural(
                "{count} période de gaz injecté lue",
                "{count} périodes de gaz injecté lues",
                counts.injected,
            ),
        ),
        *_if(counts.drifts, plural("{count} écart", "{count} écarts", counts.drifts)),
        *_if(
            counts.repaired,
            plural("{count} écart réparé", "{count} écarts réparés", counts.repaired),
        ),
        *_if(
            counts.ended, plural("{count} droit clos ici", "{count} droits clos ici", counts.ended)
        ),
        *_if(
            counts.faults, plural("{count} ligne passée", "{count} lignes passées", counts.faults)
        ),
    ]


def _if(count: int, label: str) -> list[str]:
    return [label] if count else []


def waiting_reason(row: SendingRow, *, held: bool, crowded: bool) -> str:
    """Return why a message waits, or when one not queued yet is sent; empty for a queued one.

    `held`: credentials are refused; `crowded`: more are pending than are sent in a minute.
    """
    if held and row.state in MOVING:
        return _("attend que vos identifiants soient acceptés")
    if row.queued:
        return ""
    return _("à son tour, après ce qui attend déjà") if crowded else _("dans la minute")


def when(at: datetime | None) -> str:
    return clock(at) if at else NONE
