"""Rules of deposits: limits and refusals."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.access import OrganisationKind
from core.errors import Conflict, Invalid, TooBig
from core.i18n import N_, plural
from data.provenance import DataSource, Provenance
from data.runs.types import DepositLimits, DepositUsage
from data.upstream_message import UpstreamMessage, tell

KEPT = timedelta(days=30)  # for files waiting for their PCE or a confirmation
UNDOABLE = timedelta(days=30)  # after a deposit was stored
MOST_KEPT = 100_000_000  # bytes of one organisation's stored files, kept to restore them


def check_deposit(limits: DepositLimits, usage: DepositUsage, files: int, octets: int) -> None:
    """Raise unless a deposit of `files` files and `octets` bytes is within the limits."""
    if files < 1:
        raise Invalid(N_("Aucun fichier n’est arrivé : choisissez un fichier, puis déposez-le."))
    if files > limits.files:
        raise Invalid(N_("Déposez au plus {most} fichiers à la fois."), most=limits.files)
    if octets > limits.deposit_octets:
        raise TooBig(
            N_("Cet envoi dépasse {most} Mo : déposez vos fichiers en plusieurs fois."),
            most=limits.deposit_octets // 1_000_000,
        )
    if usage.waiting + files > limits.waiting:
        raise Conflict(
            N_(
                "Votre organisation a déjà {waiting} fichiers en attente de lecture, sur {most} au"
                " plus : attendez qu’ils soient lus (voyez « Derniers fichiers »), puis"
                " recommencez."
            ),
            waiting=usage.waiting,
            most=limits.waiting,
        )
    if usage.octets + octets > limits.quota_megabytes * 1_000_000:
        raise Conflict(
            N_(
                "Les fichiers gardés pour votre organisation occupent {used} Mo sur {most} Mo :"
                " attendez qu’ils soient lus, ou indiquez le PCE de ceux qui le demandent dans"
                " « Derniers fichiers », puis recommencez."
            ),
            used=-(-usage.octets // 1_000_000),
            most=limits.quota_megabytes,
        )


def column_letters(place: int) -> str:
    """Return the name that spreadsheets give a column: 0 → A, 25 → Z, 26 → AA."""
    name, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        name = chr(65 + letter) + name
    return name


def provenance_of(kind: OrganisationKind, run_id: int) -> Provenance:
    """Return the source of a deposit, by the depositor's `kind`, not by the file's layout."""
    staff = kind is OrganisationKind.DISTRIBUTOR
    return Provenance(DataSource.STAFF if staff else DataSource.DEPOSIT, run_id)


def sentences_of(message: str, params: Mapping[str, Any]) -> list[str]:
    """Return the messages of `told_of` as plain text."""
    return [str(part) for part in told_of(message, params)]


def told_of(message: str, params: Mapping[str, Any]) -> list[UpstreamMessage]:
    """Return why a file was refused: a message per reported line, and the number of others."""
    also: Sequence[tuple[str, Mapping[str, object]]] = params.get("also", ())
    parts = [tell(sentence, values) for sentence, values in ((message, params), *also)]
    further = int(params.get("further", 0))
    if further:
        more = (
            plural("Et au moins {count} autre.", "Et au moins {count} autres.", further)
            if params.get("stopped")
            else plural("Et {count} autre.", "Et {count} autres.", further)
        )
        parts.append(UpstreamMessage(more))
    return parts
