"""`/admin?part=programs`: the programs of one's organisation, and how they call."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.accounts_safety import credentials_card
from components.kit import card, html, page
from data.access import Viewer
from data.accounts.types.security import CredentialRow
from data.programs.types import SCOPE, Use
from i18n import _, number, plural


@dataclass(frozen=True, slots=True)
class ProgramsFacts:
    """What the page shows: credentials, how many may stand, calls, where they are made."""

    rows: Sequence[CredentialRow]
    most: int
    use: Use
    address: str


def programs_page(viewer: Viewer, facts: ProgramsFacts) -> Component:
    return page(
        _("Programmes"),
        _("Laisser entrer des programmes par l’API ADICT, et suivre leurs appels."),
        crumbs=((_("Administration"), "/admin"), (_("Programmes"), None)),
        lead=[html.B(called(facts.use))],
        children=[
            credentials_card(viewer, facts.rows, most=facts.most),
            card(
                [
                    html.P(_("Un jeton vaut quatre heures\u00a0: gardez-le d’un appel à l’autre.")),
                    html.Pre(html.Code(commands(facts.address)), className="code-block"),
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


def commands(address: str) -> str:
    """The three that an integrator types: a token, the rights, the days of a PCE."""
    return "\n".join(
        (
            f"TOKEN=$(curl -s {address}/oauth2/token -d grant_type=client_credentials \\",
            f"  -d client_id=… -d client_secret=… -d scope={SCOPE} | jq -r .access_token)",
            f'curl -H "Authorization: Bearer $TOKEN" {address}{SCOPE}/droits_acces',
            'curl -H "Authorization: Bearer $TOKEN" \\',
            f"  '{address}{SCOPE}/pce/…/donnees_consos_informatives?periode=2026-10'",
        )
    )
