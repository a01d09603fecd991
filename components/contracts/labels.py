"""Labels of contracts: chips, pending actions and states."""

from collections.abc import Mapping
from datetime import date

from dash.development.base_component import Component

from components.kit import chip
from components.kit.display import Tone
from core.access import Permission, Viewer
from core.i18n import N_, _, long_day, plural, short_day
from data.contracts.rules.dates import REMINDERS
from data.contracts.rules.labels import STATES
from data.contracts.rules.states import waits_for
from data.contracts.types import (
    ContractActor,
    ContractRow,
    ContractState,
    Level,
    SigningMethod,
    TextState,
)

LOOKS: Mapping[ContractState, tuple[str, Tone]] = {
    ContractState.DRAFT: ("pencil", "mute"),
    ContractState.SENT: ("hourglass-split", "info"),
    ContractState.CLIENT_SIGNED: ("pen", "warn"),
    ContractState.COUNTERSIGNED: ("calendar-check", "info"),
    ContractState.ACTIVE: ("check-circle-fill", "ok"),
    ContractState.EXPIRED: ("archive", "out"),
    ContractState.TERMINATED: ("x-circle-fill", "bad"),
    ContractState.ABANDONED: ("slash-circle", "mute"),
}
METHODS: Mapping[SigningMethod, str] = {
    SigningMethod.CODE: N_("code reçu par courriel"),
    SigningMethod.CODE_TOTP: N_("code reçu par courriel, et code de son application"),
}
LEVELS: Mapping[Level, str] = {
    Level.B_B: N_("Sceau B-B : l’heure est celle du portail."),
    Level.B_T: N_("Sceau B-T : l’heure est attestée par un tiers."),
    Level.B_LT: N_("Sceau B-LT : l’heure est attestée par un tiers, vérifiable à long terme."),
}
SOON = max(REMINDERS)  # days before the end at which it is shown
WAY = "/contrats"
_AMENDMENTS: Mapping[TextState, str] = {
    TextState.OFFERED: N_("Avenant à signer"),
    TextState.CLIENT_SIGNED: N_("Avenant à contresigner"),
}


def state_chip(state: ContractState) -> Component:
    glyph, tone = LOOKS[state]
    return chip(_(STATES[state]), icon=glyph, tone=tone)


def chips(row: ContractRow) -> list[Component]:
    """Return the state, a pending amendment and a near end."""
    state_chips = [state_chip(row.state)]
    if row.amendment is not None and row.amendment in _AMENDMENTS:
        state_chips.append(
            chip(_(_AMENDMENTS[row.amendment]), icon="file-earmark-diff", tone="warn")
        )
    if ends_soon(row):
        state_chips.append(chip(days_left_text(row), icon="clock", tone="warn"))
    return state_chips


def ends_soon(row: ContractRow) -> bool:
    return row.days_left is not None and row.days_left <= SOON


def days_left_text(row: ContractRow) -> str:
    return plural("finit dans {count} j", "finit dans {count} j", row.days_left or 0)


def named(row: ContractRow) -> str:
    return row.number or _("Contrat à préparer")


def address(uid: str) -> str:
    return f"{WAY}?contrat={uid}"


def span(starts: date | None, ends: date | None) -> str:
    """Format a period: `du 24/11/2026 au 23/11/2029`."""
    if starts is None:
        return "–"
    if ends is None:
        return _("dès le {first}, sans fin fixée", first=short_day(starts))
    return _("du {first} au {last}", first=short_day(starts), last=short_day(ends))


def step_text(row: ContractRow, viewer: Viewer) -> str:
    """Return the next actor and the deadline, short enough for a cell of the grid."""
    actor = waits_for(row.state, row.amendment)
    if actor is None:
        return _idle(row)
    mine = actor is (ContractActor.OPERATOR if viewer.staff else ContractActor.CLIENT)
    who = _("Vous") if mine else _("Client") if actor is ContractActor.CLIENT else _("Distributeur")
    return _("{who}, {act}", who=who, act=_act(row, viewer.today))


def _act(row: ContractRow, today: date) -> str:
    """Return the pending action; a future start day is its deadline."""
    if row.amendment is TextState.OFFERED:
        return _("avenant à signer")
    if row.amendment is TextState.CLIENT_SIGNED:
        return _("avenant à contresigner")
    if row.state is ContractState.DRAFT:
        return _("contrat à préparer")
    to_come = row.starts_on is not None and row.starts_on > today
    day = short_day(row.starts_on) if row.starts_on else ""
    if row.state is ContractState.SENT:
        return _("à signer avant le {day}", day=day) if to_come else _("à signer")
    return _("à contresigner avant le {day}", day=day) if to_come else _("à contresigner")


def _idle(row: ContractRow) -> str:
    if row.state is ContractState.COUNTERSIGNED and row.starts_on:
        return _("personne, début le {day}", day=short_day(row.starts_on))
    if ends_soon(row) and row.ends_on:
        return _("Client, à renouveler avant le {day}", day=short_day(row.ends_on))
    if row.state.final and row.state is not ContractState.ABANDONED:
        return _("Client, à renouveler")
    return _("personne")


def opening(row: ContractRow) -> tuple[str, str]:
    """Return the opening sentence: the state, then its meaning."""
    first, after = _OPENINGS[row.state]
    if row.state is ContractState.ACTIVE and row.ends_on is None:
        after = _ENDLESS
    days = {
        "starts": long_day(row.starts_on) if row.starts_on else "",
        "ends": long_day(row.ends_on) if row.ends_on else "",
    }
    return _(first, number=named(row)), _(after, **days) if after else ""


def renewal_texts(row: ContractRow, viewer: Viewer) -> tuple[str, str]:
    """Return the title and next action of a renewal, for the client."""
    if row.state is ContractState.COUNTERSIGNED and row.starts_on:
        title = _("{number} prend la suite le {day}", number=row.number,
                  day=short_day(row.starts_on))  # fmt: skip
        return title, _("Il est signé par les deux parties : rien à faire d’ici là.")
    title = _("Un renouvellement est en cours")
    if row.state is not ContractState.DRAFT:
        return title, "".join(opening(row))
    if viewer.may(Permission.CONTRACTS_WRITE):
        return title, _("Complétez le dossier, puis envoyez le contrat à la signature.")
    return title, colleagues_note()


def colleagues_note() -> str:
    """Return the note shown to viewers whose colleagues prepare the contract."""
    return _(
        "Un administrateur ou un gestionnaire de votre organisation prépare le contrat ;"
        " un administrateur le signe. Vous le lirez ici."
    )


_ENDLESS = N_(", sans fin fixée.")
_OPENINGS: Mapping[ContractState, tuple[str, str]] = {
    ContractState.DRAFT: (
        N_("Votre contrat est en préparation"),
        N_(" ; rien n’est encore envoyé."),
    ),
    ContractState.SENT: (N_("Le contrat {number} attend votre signature."), ""),
    ContractState.CLIENT_SIGNED: (
        N_("Le contrat {number} est signé de votre côté"),
        N_(" ; le distributeur doit le contresigner."),
    ),
    ContractState.COUNTERSIGNED: (
        N_("Le contrat {number} est signé par les deux parties"),
        N_(" ; il prend effet le {starts}."),
    ),
    ContractState.ACTIVE: (N_("Le contrat {number} est actif"), N_(" jusqu’au {ends}.")),
    ContractState.EXPIRED: (
        N_("Le contrat {number} est arrivé à son terme"),
        N_(" le {ends}."),
    ),
    ContractState.TERMINATED: (N_("Le contrat {number} est résilié."), ""),
    ContractState.ABANDONED: (N_("Ce renouvellement est abandonné."), ""),
}
