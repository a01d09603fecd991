"""Explain why a PCE's data is withheld, by `statut_restitution` code (domain.md §4.9).

Codes that begin with 9 belong to this portal: ADICT describes these causes without publishing a
number for them.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from core.i18n import N_, _
from data.metering.pces.types import PceScope
from data.rights.types import EndSource, RightDataKind, RightRow, RightState


class WithheldReason(NamedTuple):
    code: str
    sentence: str  # French, marked with N_

    @property
    def silence_line(self) -> dict[str, str]:
        return {"code": self.code, "message": _(self.sentence)}


NO_RIGHT = WithheldReason("1000002", N_("Vous n’avez pas de droit d’accès actif sur ce PCE."))
NO_DATA = WithheldReason("1000008", N_("Aucune donnée sur cette période."))
BROKEN_OFF = WithheldReason(
    "2000100", N_("La restitution s’est interrompue : redemandez cette période.")
)
NO_PUBLISHED = WithheldReason(
    "1000009", N_("Le périmètre de votre droit exclut les données publiées.")
)
NO_INFORMATIVE = WithheldReason(
    "1000010", N_("Le périmètre de votre droit exclut les données informatives.")
)
NO_CONTRACT = WithheldReason(
    "9000010", N_("Le périmètre de votre droit exclut les données contractuelles.")
)
NO_METER = WithheldReason(
    "9000011", N_("Le périmètre de votre droit exclut les données techniques.")
)
NO_INJECTION = WithheldReason("9000012", N_("Ce PCE n’injecte pas de gaz."))
INJECTION_SHUT = WithheldReason(
    "9000013", N_("Le périmètre de votre droit exclut les données d’injection.")
)
UNCONTRACTED = WithheldReason("9000001", N_("Votre contrat avec le distributeur a pris fin."))
_EXPIRED = WithheldReason("1000001", N_("Votre droit d’accès est arrivé à son terme."))
_MOVED = WithheldReason(
    "1000000", N_("Le titulaire a quitté ce PCE, ou celui-ci est hors service.")
)
_ENDED: Mapping[tuple[RightState, EndSource | None], WithheldReason] = {
    (RightState.OBSOLETE, EndSource.EXPIRY): _EXPIRED,
    (RightState.OBSOLETE, EndSource.MOVE): _MOVED,
    (RightState.OBSOLETE, EndSource.PROOF): WithheldReason(
        "1000011", N_("La preuve du consentement a été jugée invalide.")
    ),
    (RightState.OBSOLETE, EndSource.CONTRACT): UNCONTRACTED,
    (RightState.OBSOLETE, EndSource.DISTRIBUTOR): WithheldReason(
        "9000002", N_("Le distributeur a mis fin à votre droit d’accès.")
    ),
    (RightState.REVOKED, EndSource.HOLDER): WithheldReason(
        "1000014", N_("Le titulaire a révoqué votre droit d’accès.")
    ),
    (RightState.REVOKED, EndSource.DISTRIBUTOR_FOR_HOLDER): WithheldReason(
        "9000003",
        N_("Le distributeur a révoqué votre droit d’accès à la demande du titulaire."),
    ),
    (RightState.REVOKED, EndSource.THIRD_PARTY): WithheldReason(
        "9000004", N_("Vous avez révoqué ce droit d’accès.")
    ),
}


def every() -> tuple[WithheldReason, ...]:
    """Return all reasons, sorted by code."""
    named = [candidate for candidate in globals().values() if isinstance(candidate, WithheldReason)]
    return tuple(sorted({*named, *_ENDED.values()}))


def closed(right: RightRow | None, today: date) -> WithheldReason:
    """Return why a PCE is not readable, from the last right declared on it, if any."""
    if right is None:
        return NO_RIGHT
    if right.state is RightState.ACTIVE and right.ends_on and right.ends_on < today:
        return _EXPIRED
    if right.state is RightState.ACTIVE and right.starts_on and right.starts_on > today:
        return NO_RIGHT._replace(sentence=N_("Votre droit d’accès n’a pas encore commencé."))
    return _ENDED.get((right.state, right.source), NO_RIGHT)


def clipped(why: WithheldReason, right: RightRow | None) -> WithheldReason:
    """Return `why`, unless `right`, the last one declared, opens such data.

    All its days are then older than the holder's arrival or the commissioning, so there is nothing
    to return rather than a refusal (domain.md §2.5).
    """
    kind, fed = _OPENS.get(why), why is INJECTION_SHUT
    if right is None or right.state is not RightState.ACTIVE or right.role.injection is not fed:
        return why
    return NO_DATA if kind in right.kinds else why


_OPENS: Mapping[WithheldReason, RightDataKind] = {
    NO_PUBLISHED: RightDataKind.PUBLISHED,
    NO_INFORMATIVE: RightDataKind.INFORMATIVE,
    INJECTION_SHUT: RightDataKind.PUBLISHED,
}


def informative(scope: PceScope) -> WithheldReason | None:
    return None if scope.reads_days else NO_INFORMATIVE


def published(scope: PceScope) -> WithheldReason | None:
    return None if scope.reads_periods else NO_PUBLISHED


def injected(scope: PceScope) -> WithheldReason | None:
    """Return the refusal of injection data: a right of supply opens none."""
    if scope.reads_injections:
        return None
    return INJECTION_SHUT if scope.injects else NO_INJECTION


def contractual(scope: PceScope) -> WithheldReason | None:
    return None if scope.contractual else NO_CONTRACT


def technical(scope: PceScope) -> WithheldReason | None:
    return None if scope.technical else NO_METER
