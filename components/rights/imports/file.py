"""Render the first step: the file, its template and earlier imports."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.kit import (
    StateLabel,
    button,
    card,
    columns,
    empty,
    file_field,
    html,
    label_chip,
    pager,
    plain_item,
    select_field,
)
from components.rights.ids import Ids
from components.rights.imports.steps import Frame, ImportStep, download_button, import_page
from components.runs.labels import STATES as RUN_STATES
from core.i18n import N_, _, clock, number, plural
from data.rights.rules.columns import LABELS
from data.rights.types import Purpose, Receipt, TemplateContents
from data.runs.types import RunState

IMPORTS_SHOWN = 20  # per page
ACCEPTED = ".xlsx,.csv,.txt,text/csv,text/plain"
TEMPLATE = "/droits/import/modele"
PURPOSES: Mapping[Purpose, str] = {
    Purpose.RIGHTS: N_("Demander des droits d’accès"),
    Purpose.HOLDINGS: N_("Importer nos propres PCE"),
}
STATES: Mapping[RunState, StateLabel] = {
    **RUN_STATES,
    RunState.DONE: StateLabel("Terminé", "check-circle-fill", "ok"),
    RunState.DROPPED: StateLabel("Abandonné", "slash-circle", "mute"),
}


def state_chip(receipt: Receipt) -> Component:
    """Return the state of an import; an undone one shows only that."""
    return label_chip(STATES[RunState.UNDONE if receipt.undone_at else receipt.state])


def file_page(
    imports: Sequence[Receipt],
    purpose: Purpose,
    page: int = 1,
    *,
    staff: bool = False,
    needed: Sequence[Component] = (),
) -> Component:
    """Return the first step with a page of imports, plus one if others follow.

    The distributor's `staff` only reads the imports of others. `needed` is shown without a
    contract.
    """
    before = _before(imports, page)
    if staff:
        return import_page(None, [before])
    deposit = columns([_deposit(purpose), before], [_template(purpose)])
    return import_page(Frame(ImportStep.FILE), [*needed, deposit])


def _deposit(purpose: Purpose) -> Component:
    options = [(purpose_choice.value, _(word)) for purpose_choice, word in PURPOSES.items()]
    field = file_field(
        Ids.FILE,
        _("Fichier de déclarations"),
        ACCEPTED,
        action="/droits/import/depot",
        send=_("Lire le fichier"),
        answer=Ids.SENT,
        fields={"purpose": Ids.PURPOSE},
        beside=select_field(Ids.PURPOSE, _("Ce que fait ce fichier"), options, purpose.value),
        multiple=False,
        hint=_("XLSX ou CSV, une ligne par PCE ; les colonnes peuvent porter d’autres noms."),
    )
    return card(field, title=_("Le fichier"), hint=_("rien n’est créé avant la confirmation"))


def _template(purpose: Purpose) -> Component:
    of = f"&purpose={purpose.value}"
    return card(
        [
            html.P(
                _("Un modèle de {count} colonnes, avec des lignes d’exemple que nous ne"
                  " lisons pas.", count=number(len(LABELS))),
                className="card-text",
            ),
            html.Div(
                [
                    download_button(_("Modèle XLSX"), f"{TEMPLATE}?format=xlsx{of}"),
                    download_button(_("Modèle CSV"), f"{TEMPLATE}?format=csv{of}"),
                ],
                className="rights-downloads",
            ),
            html.H3(_("Déjà rempli de ce que nous savons"), className="rights-filled"),
            html.P(
                _("PCE, site et code postal de chacun ; titulaire, courriel, données et dates de"
                  " son dernier droit, s’il en a eu un ; de vos propres PCE, le rôle et le"
                  " titulaire. Le reste est à remplir. Un droit encore actif se renouvelle depuis"
                  " la liste, non par un fichier."),
                className="card-text",
            ),
            html.Div(
                [
                    download_button(_(word), f"{TEMPLATE}?format=xlsx&mine={which.value}")
                    for which, word in _FILLED.items()
                ],
                className="rights-downloads",
            ),
        ],
        title=_("Modèle"),
    )  # fmt: skip


_FILLED: Mapping[TemplateContents, str] = {
    TemplateContents.WITHOUT: N_("PCE sans droit actif ni demande en attente"),
    TemplateContents.ENDING: N_("PCE dont le droit finit sous 60 jours"),
    TemplateContents.ALL: N_("Tous mes PCE"),
}


def _before(imports: Sequence[Receipt], page: int) -> Component:
    if not imports and page == 1:
        nothing = empty(
            "inbox",
            _("Aucun import pour l’instant"),
            _("Chaque fichier confirmé garde ici son reçu, à une adresse permanente."),
        )
        return card(nothing, title=_("Imports précédents"), flush=True)
    items = html.Ul([_item(receipt) for receipt in imports[:IMPORTS_SHOWN]], className="item-list")
    more = len(imports) > IMPORTS_SHOWN
    return card([items, *_pages(page, more=more)], title=_("Imports précédents"), flush=True)


def _pages(page: int, *, more: bool) -> list[Component]:
    address = "/droits/import?page={}".format
    return pager(
        _("Pages des imports"),
        _("page {page}", page=number(page)),
        (_("Plus récents"), address(page - 1) if page > 1 else None),
        (_("Plus anciens"), address(page + 1) if more else None),
    )


def _item(receipt: Receipt) -> Component:
    count = receipt.counts.accepted
    outcome_label = plural("{count} droit déclaré", "{count} droits déclarés", count)
    if receipt.undone_at:
        outcome_label = plural("{count} droit annulé", "{count} droits annulés", count)
    lines = plural("{count} ligne", "{count} lignes", receipt.counts.lines)
    note = f"{lines} · {outcome_label} · {clock(receipt.created_at)} · {receipt.who}"
    return plain_item(receipt.file_name, [note], [state_chip(receipt), *_open(receipt)])


def _open(receipt: Receipt) -> list[Component]:
    """Return the link to an import; drafts open only for their own organisation."""
    draft = receipt.state is RunState.DRAFT
    if draft and not receipt.own:
        return []
    words = _("Reprendre") if draft else _("Voir le reçu")
    return [button(words, href=f"/droits/import?run={receipt.run_id}", small=True)]
