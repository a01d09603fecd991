"""Render `/admin?part=programs`: the organisation's API credentials and calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.accounts_security import credentials_card, credentials_done
from components.kit import button, card, command_block, html, page
from core.access import Viewer
from core.i18n import _, number, plural
from data.administration.people.types import AdministeredOrganisation
from data.identity.accounts.types.security import CredentialRow
from data.identity.programs.rules import commands
from data.identity.programs.types import CallUse


@dataclass(frozen=True, slots=True)
class ProgramsFacts:
    """Content of the page: organisation, its credentials and their maximum, calls, API address."""

    place: AdministeredOrganisation
    rows: Sequence[CredentialRow]
    most: int
    use: CallUse
    address: str
    done: str = ""  # the latest change of a credential


def programs_page(viewer: Viewer, facts: ProgramsFacts) -> Component:
    place = facts.place
    own = place.id == viewer.organisation_id
    command_lines = commands(facts.address, viewer.today.year)
    return page(
        _("Programmes"),
        _("Laisser entrer des programmes par l’API ADICT, et suivre leurs appels."),
        crumbs=(
            (_("Administration"), "/admin"),
            *([] if own else [(place.name, f"/admin?organisation={place.id}")]),
            (_("Programmes"), None),
        ),
        actions=[button(_("Webhooks"), href="/admin?part=hooks", icon="broadcast")] if own else [],
        lead=[html.B(calls_text(facts.use))],
        children=[
            *credentials_done(facts.done),
            credentials_card(viewer, facts.rows, most=facts.most, place=(place.id, place.name)),
            card(
                [
                    html.P(
                        _(
                            "Un jeton est valable quatre heures : réutilisez-le d’un appel à"
                            " l’autre."
                        )
                    ),
                    html.P(_("Ces commandes demandent curl et jq.")),
                    *(
                        command_block(command, what=_("la commande {number}", number=turn))
                        for turn, command in enumerate(command_lines, 1)
                    ),
                    html.P(html.A(_("Documentation de l’API"), href="/documentation-api")),
                ],
                title=_("Appeler l’API"),
                hint=rate_limit_text(facts.use),
            ),
        ],
    )


def calls_text(use: CallUse) -> str:
    """Return the number of calls today, and the daily limit if any."""
    calls = plural("{count} appel aujourd’hui", "{count} appels aujourd’hui", use.calls)
    if not use.pace.a_day:
        return calls
    return _("{calls}, sur {most} au plus", calls=calls, most=number(use.pace.a_day))


def rate_limit_text(use: CallUse) -> str:
    """Return the rate limit, shared by all programs of the organisation."""
    if not use.pace.a_minute:
        return _("sans limite par minute")
    return _("{most} appels par minute au plus, tous programmes ensemble", most=use.pace.a_minute)
