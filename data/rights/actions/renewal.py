"""Renew rights with the same terms and a new end; the holder is asked again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.rights.actions.declarations import declare_many
from data.rights.actions.transitions import chosen
from data.rights.models import AccessRight
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE
from data.rights.types import (
    DeclarationForm,
    DeclarationOutcome,
    DeclarationProblem,
    Delays,
    Marks,
    RightState,
)


def renew_many(
    db: Session,
    viewer: Viewer,
    uids: Sequence[str],
    ends_on: date,
    *,
    delays: Delays,
    now: datetime,
) -> list[DeclarationOutcome]:
    """Declare the renewal of each of `uids`, in order; the old right lasts until its end.

    Nothing counts as a guess, since the identity is that of an open right. A cancelled renewal
    counts like any declaration.
    """
    viewer.require(Permission.RIGHTS_RENEW)
    uids = list(dict.fromkeys(uids))
    rights = {right.uid: right for right in chosen(db, viewer, uids)}
    if any(right.organisation_id != viewer.organisation_id for right in rights.values()):
        raise NotFound(N_("Ce droit d’accès est introuvable."))
    fit = [rights[uid] for uid in uids if _renewable(rights[uid])]
    marks = Marks(renews=tuple(right.id for right in fit))
    requests = [_renewal_form(right, viewer.today, ends_on) for right in fit]
    new_outcomes = (
        declare_many(db, viewer, requests, delays=delays, now=now, marks=marks) if fit else []
    )
    outcomes = {right.uid: outcome for right, outcome in zip(fit, new_outcomes, strict=True)}
    return [outcomes.get(uid, _NOT_RENEWED) for uid in uids]


def _renewable(right: AccessRight) -> bool:
    return right.state is RightState.ACTIVE and right.role.authorised


_NOT_RENEWED = DeclarationOutcome(
    (
        DeclarationProblem(
            0,
            "9000000021",
            "id_pce",
            N_("Seul un droit actif, donné par le titulaire, se renouvelle."),
            409,
        ),
    ),
    code="9000000021",
    http=409,
)


def _renewal_form(right: AccessRight, today: date, ends_on: date) -> DeclarationForm:
    """Return the same declaration with a new end; data periods are extended likewise."""

    def until(last: date | None) -> str:
        if last is None:
            return ""
        return str(ends_on if last == right.ends_on else min(last, ends_on))

    flags = {name: TRUE if getattr(right, kind.value) else FALSE for kind, name in FLAGS.items()}
    return DeclarationForm(
        id_pce=right.number,
        role_tiers=ROLES[right.role],
        nom_titulaire=right.person,
        raison_sociale=right.company,
        code_postal=right.postal_code,
        courriel_titulaire=right.email,
        numero_telephone_mobile_titulaire=right.phone,
        date_debut_droit_acces=str(today),
        date_fin_droit_acces=str(ends_on),
        perim_donnees_conso_debut=str(right.supply_first or ""),
        perim_donnees_conso_fin=until(right.supply_last),
        perim_donnees_inj_debut=str(right.injection_first or ""),
        perim_donnees_inj_fin=until(right.injection_last),
        libelle_site=right.site,
        finalite=right.purpose,
        **flags,
    )
