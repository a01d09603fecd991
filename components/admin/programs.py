"""`/admin?part=programs`: the programs of one's organisation, and how they call."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.accounts_safety import credentials_card
from components.kit import button, card, html, page
from data.access import Viewer
from data.accounts.types.security import CredentialRow
from data.programs.rules import commands
from data.programs.types import Use
from i18n import _, number, plural


@dataclass(frozen=True, slots=True)
class ProgramsFacts:
    """What the page shows: credentials, how many may stand, calls, where they are made."""

    rows: Sequence[CredentialRow]
    most: int
    use: Use
    address: str


def programs_page(viewer: Viewer, facts: ProgramsFacts) -> Component:
    typed = commands(facts.address, viewer.today.year)
    return page(
        _("Programmes"),
        _("Laisser entrer des programmes par l’API ADICT, et suivre leurs appels."),
        crumbs=((_("Administration"), "/admin"), (_("Programmes"), None)),
        actions=[button(_("Webhooks"), href="/admin?part=hooks", icon="broadcast")],
        lead=[html.B(called(facts.use))],
        children=[
            credentials_card(viewer, facts.rows, most=facts.most),
            card(
                [
                    html.P(_("Un jeton vaut quatre heures\u00a0: gardez-le d’un appel à l’autre.")),
                    html.Pre(html.Code("\n".join(typed)), className="code-block"),
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
