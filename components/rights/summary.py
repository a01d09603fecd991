"""Describe the effects of a declaration before it is sent."""

from collections.abc import Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.kit import alert, button, card, data, definition_list, html
from components.rights.ids import Ids
from components.rights.labels import REACH, ROLES, kinds_text, purpose_text, span_text
from components.rights.upstream_effects import HERE, REFUSED, SUMMARY, to_connections
from core.access import Viewer
from core.i18n import _, clock, long_day
from data.exchange.mirror.types import Leaving
from data.rights.rules.pending import next_quarter
from data.rights.types import Declaration, DeclarationOutcome, RightState


def summary(
    declared: Declaration,
    now: datetime,
    viewer: Viewer,
    outcome: DeclarationOutcome,
    leaving: Leaving = HERE,
) -> list[Component]:
    """Return what will be sent, before the confirmation; `outcome` is the expected one."""
    happens = _already() if outcome.is_duplicate else _will_happen(declared, now)
    if outcome.relayed:
        title, explanation = SUMMARY.get(leaving, SUMMARY[Leaving.SOON])
        happens = _(title), _(explanation)
    ways = to_connections(viewer) if outcome.relayed and leaving is Leaving.HELD else []
    if outcome.unwritten and not outcome.is_duplicate:
        happens = _("Le titulaire ne veut plus de courriel : aucun ne sera envoyé"), _(REACH)
    return [
        card(
            [
                alert(*happens, "info", actions=ways),
                definition_list(_summary_text(declared)),
                html.Div(
                    [
                        button(_("Modifier"), id=Ids.BACK, icon="pencil"),
                        button(
                            _("Envoyer la demande"),
                            id=Ids.SEND,
                            icon="send",
                            kind="primary",
                            **data(rights="once"),
                        ),
                    ],
                    className="form-actions rights-form-actions",
                ),
            ],
            title=_("Avant l’envoi, relisez"),
            hint=long_day(viewer.today),
        )
    ]


def _already() -> tuple[str, str]:
    return _("Cette demande existe déjà"), _("L’envoyer ne fera qu’ouvrir la demande existante.")


def _will_happen(declared: Declaration, now: datetime) -> tuple[str, str]:
    if not declared.role.authorised:
        title = _("Vous déclarez être le titulaire de ce contrat")
        after = _(
            "Si le nom et le code postal sont ceux du contrat, le droit s’ouvre aussitôt ; sinon,"
            " le distributeur vérifie d’abord."
        )
        return title, after
    title = _("Rien n’est lisible avant l’accord de {holder}", holder=declared.holder)
    # Whether the holder data match is not revealed, so that nobody can guess them here.
    after = _(
        "Si le nom, le code postal et l’adresse sont ceux du titulaire, un courriel lui part à"
        " {email} le {at} ; sinon, le distributeur vérifie d’abord.",
        email=declared.email,
        at=clock(next_quarter(now)),
    )
    return title, after


def _summary_text(declared: Declaration) -> Sequence[tuple[str, str]]:
    fact_rows = [
        (_("PCE"), declared.number),
        *([(_("Site"), declared.site)] if declared.site else []),
        (_("Rôle"), _(ROLES[declared.role])),
        (_("Titulaire"), declared.holder),
        (_("Code postal"), declared.postal_code),
    ]
    if not declared.role.authorised:
        return fact_rows
    injects = declared.role.injection
    first = declared.injection_first if injects else declared.supply_first
    last = declared.injection_last if injects else declared.supply_last
    return [
        *fact_rows,
        (_("Courriel"), declared.email),
        *([(_("Mobile"), declared.phone)] if declared.phone else []),
        (_("Durée du droit"), span_text(declared.starts_on, declared.ends_on)),
        (_("Données lisibles"), span_text(first, last)),
        (_("Périmètres"), kinds_text(declared.kinds)),
        (_("Finalité"), purpose_text(declared.purpose)),
        *(
            [(_("Accord recueilli le"), long_day(declared.consented_on))]
            if declared.consented_on
            else []
        ),
    ]


def sent_text(outcome: DeclarationOutcome, leaving: Leaving) -> str:
    """Return what happens after a declaration."""
    if outcome.is_duplicate:
        return _("Cette demande existe déjà : rien n’a été envoyé une seconde fois.")
    if outcome.unwritten and outcome.state is RightState.PENDING:
        return _("Le titulaire ne veut plus de courriel : joignez-le autrement.")
    if outcome.relayed and leaving is Leaving.HELD:
        return _(REFUSED)
    if outcome.relayed:
        return _("La demande part au distributeur, sa réponse est attendue.")
    return {
        RightState.PENDING: _("Le titulaire reçoit un courriel dans le quart d’heure."),
        RightState.ACTIVE: _("Le droit est ouvert : les données sont lisibles."),
        RightState.RECHECK: _("Le distributeur vérifie d’abord l’identité du titulaire."),
    }.get(outcome.state or RightState.PENDING, "")
