"""Why nothing is given of a PCE, in the codes of `statut_restitution` (domain.md §4.9).

Those that begin with 9 are ours: causes that ADICT words, and whose number nobody published.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from data.pces.types import PceScope
from data.rights.types import Kind, RightRow, RightState, Source
from i18n import N_, _


class Silence(NamedTuple):
    code: str
    sentence: str  # French, marked with N_

    @property
    def told(self) -> dict[str, str]:
        return {"code": self.code, "message": _(self.sentence)}


NO_RIGHT = Silence("1000002", N_("Vous n’avez pas de droit d’accès actif sur ce PCE."))
NO_DATA = Silence("1000008", N_("Aucune donnée sur cette période."))
BROKEN_OFF = Silence("2000100", N_("La restitution s’est interrompue : redemandez cette période."))
NO_PUBLISHED = Silence("1000009", N_("Le périmètre de votre droit exclut les données publiées."))
NO_INFORMATIVE = Silence(
    "1000010", N_("Le périmètre de votre droit exclut les données informatives.")
)
NO_CONTRACT = Silence(
    "9000010", N_("Le périmètre de votre droit exclut les données contractuelles.")
)
NO_METER = Silence("9000011", N_("Le périmètre de votre droit exclut les données techniques."))
NO_INJECTION = Silence("9000012", N_("Ce PCE n’injecte pas de gaz."))
INJECTION_SHUT = Silence(
    "9000013", N_("Le périmètre de votre droit exclut les données d’injection.")
)
UNCONTRACTED = Silence("9000001", N_("Votre contrat avec le distributeur a pris fin."))
_EXPIRED = Silence("1000001", N_("Votre droit d’accès est arrivé à son terme."))
_MOVED = Silence("1000000", N_("Le titulaire a quitté ce PCE, ou celui-ci est hors service."))
_ENDED: Mapping[tuple[RightState, Source | None], Silence] = {
    (RightState.OBSOLETE, Source.EXPIRY): _EXPIRED,
    (RightState.OBSOLETE, Source.MOVE): _MOVED,
    (RightState.OBSOLETE, Source.PROOF): Silence(
        "1000011", N_("La preuve du consentement a été jugée invalide.")
    ),
    (RightState.OBSOLETE, Source.CONTRACT): UNCONTRACTED,
    (RightState.OBSOLETE, Source.DISTRIBUTOR): Silence(
        "9000002", N_("Le distributeur a mis fin à votre droit d’accès.")
    ),
    (RightState.REVOKED, Source.HOLDER): Silence(
        "1000014", N_("Le titulaire a révoqué votre droit d’accès.")
    ),
    (RightState.REVOKED, Source.DISTRIBUTOR_FOR_HOLDER): Silence(
        "9000003",
        N_("Le distributeur a révoqué votre droit d’accès à la demande du titulaire."),
    ),
    (RightState.REVOKED, Source.THIRD_PARTY): Silence(
        "9000004", N_("Vous avez révoqué ce droit d’accès.")
    ),
}


def every() -> tuple[Silence, ...]:
    """All that may be said, by its code."""
    named = [one for one in globals().values() if isinstance(one, Silence)]
    return tuple(sorted({*named, *_ENDED.values()}))


def closed(right: RightRow | None, today: date) -> Silence:
    """Why a PCE is not read, from the last right that was declared on it, if there is one."""
    if right is None:
        return NO_RIGHT
    if right.state is RightState.ACTIVE and right.ends_on and right.ends_on < today:
        return _EXPIRED
    if right.state is RightState.ACTIVE and right.starts_on and right.starts_on > today:
        return NO_RIGHT._replace(sentence=N_("Votre droit d’accès n’a pas encore commencé."))
    return _ENDED.get((right.state, right.source), NO_RIGHT)


def clipped(why: Silence, right: RightRow | None) -> Silence:
    """*why*, unless *right*, the last that was declared, opens such data all the same.

    Its days are then all older than the holder's arrival or the commissioning, which leave out and
    refuse nothing (domain.md §2.5).
    """
    kind, fed = _OPENS.get(why), why is INJECTION_SHUT
    if right is None or right.state is not RightState.ACTIVE or right.role.injection is not fed:
        return why
    return NO_DATA if kind in right.kinds else why


_OPENS: Mapping[Silence, Kind] = {
    NO_PUBLISHED: Kind.PUBLISHED,
    NO_INFORMATIVE: Kind.INFORMATIVE,
    INJECTION_SHUT: Kind.PUBLISHED,
}


def informative(scope: PceScope) -> Silence | None:
    return None if scope.reads_days else NO_INFORMATIVE


def published(scope: PceScope) -> Silence | None:
    return None if scope.reads_periods else NO_PUBLISHED


def injected(scope: PceScope) -> Silence | None:
    """A right of supply opens none; whether anything is kept of a site is told by its data."""
    if scope.reads_injections:
        return None
    return INJECTION_SHUT if scope.injects else NO_INJECTION


def contractual(scope: PceScope) -> Silence | None:
    return None if scope.contractual else NO_CONTRACT


def technical(scope: PceScope) -> Silence | None:
    return None if scope.technical else NO_METER
