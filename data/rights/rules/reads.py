"""Describe the entries of the access log."""

from collections.abc import Mapping

from core.i18n import N_, _

SEEN, EXPORTED = "consumption.read", "consumption.exported"
PUBLISHED, CONTRACTUAL, TECHNICAL = (
    "published.exported",
    "contractual.exported",
    "technical.exported",
)
FETCHED, FETCHED_PUBLISHED, FETCHED_CONTRACT, FETCHED_METER = (
    "consumption.fetched",
    "published.fetched",
    "contractual.fetched",
    "technical.fetched",
)  # by a program of the reader's organisation
INJECTED, FETCHED_INJECTED = "injection.read", "injection.fetched"
SHARED = "consumption.shared"  # a shared link was opened without an account
_WORDS: Mapping[str, str] = {
    SEEN: N_("a lu les consommations"),
    SHARED: N_("a fait lire les consommations par un lien, à quelqu’un sans compte"),
    EXPORTED: N_("a exporté les consommations"),
    PUBLISHED: N_("a exporté les consommations facturées"),
    CONTRACTUAL: N_("a exporté les données du contrat"),
    TECHNICAL: N_("a exporté les données du compteur"),
    FETCHED: N_("a lu les consommations par un programme"),
    FETCHED_PUBLISHED: N_("a lu les consommations facturées par un programme"),
    FETCHED_CONTRACT: N_("a lu les données du contrat par un programme"),
    INJECTED: N_("a lu le gaz injecté"),
    FETCHED_INJECTED: N_("a lu le gaz injecté par un programme"),
    FETCHED_METER: N_("a lu les données du compteur par un programme"),
}


def did(action: str) -> str:
    """Return the words for an action of the log, for the holder."""
    return _(_WORDS.get(action, action))
