"""`/admin?part=programs`: the programs of one's organisation, and how they call."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.accounts_safety import credentials_card, credentials_done
from components.kit import button, card, html, page, typed
from data.access import Viewer
from data.accounts.types.security import CredentialRow
from data.people.types import Place
from data.programs.rules import commands
from data.programs.types import Use
from i18n import _, number, plural


@dataclass(frozen=True, slots=True)
class ProgramsFacts:
    """What the page shows: whose credentials, how many may stand, calls, where they are made."""

    place: Place
    rows: Sequence[CredentialRow]
    most: int
    use: Use
    address: str
    done: str = ""  # what has just become of one of them


def programs_page(viewer: Viewer, facts: ProgramsFacts) -> Component:
    place = facts.place
    own = place.id == viewer.organisation_id
    told = commands(facts.address, viewer.today.year)
    return page(
        _("Programmes"),
        _("Laisser entrer des programmes par l’API ADICT, et suivre leurs appels."),
        crumbs=(
            (_("Administration"), "/admin"),
            *([] if own else [(place.name, f"/admin?organisation={place.id}")]),
            (_("Programmes"), None),
        ),
        actions=[button(_("Webhooks"), href="/admin?part=hooks", icon="broadcast")] if own else [],
        lead=[html.B(called(facts.use))],
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
                        typed(one, what=_("la commande {number}", number=turn))
                        for turn, one in enumerate(told, 1)
                    ),
                    html.P(html.A(_("Documentation de l’API"), href="/documentation-api")),
                ],
                title=_("Appeler l’API"),
                hint=pace_of(facts.use),
            ),
        ],
    )


def called(use: Use) -> str:
    """How many calls of how many."""
    calls = plural("{count} appel aujourd’hui", "{count} appels aujourd’hui", use.calls)
    if not use.pace.a_day:
        return calls
    return _("{calls}, sur {most} au plus", calls=calls, most=number(use.pace.a_day))


def pace_of(use: Use) -> str:
    """For all the programs of the organisation together."""
    if not use.pace.a_minute:
        return _("sans limite par minute")
    return _("{most} appels par minute au plus, tous programmes ensemble", most=use.pace.a_minute)
