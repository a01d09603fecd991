"""A deposit before it is stored: what its files say, what they would change, what looks odd."""

from collections.abc import Mapping

from dash import dcc
from dash.development.base_component import Component

from components.consumption.filters import pce_options
from components.kit import (
    NONE,
    Child,
    Kpi,
    StepItem,
    alert,
    button,
    card,
    chip,
    columns,
    definition_list,
    html,
    kpi_strip,
    link,
    page,
    picker,
    steps,
    table,
)
from components.runs.curve import curve_card, doubt_text, doubt_title
from components.runs.ids import EVERY, Ids, choose_button, keep_button
from components.runs.receipts import left_out, refusal
from components.runs.words import is_busy, period_text, poll, run_progress, state_chip
from data.consumption.types import DepositCheck
from data.runs.rules import KEPT
from data.runs.types import RunPart, RunState
from i18n import _, clock, number, plural, size

MOST_WARNED = 3  # deliveries whose oddity has a message of its own


def check_page(found: DepositCheck, theme: str) -> Component:
    return page(
        _("Déposer des relevés"),
        _("Rien n’est enregistré avant votre confirmation."),
        crumbs=((_("Opérations"), "/operations"), (_("Vérification"), None)),
        actions=html.Div(check_ways(found), id=Ids.CHECK_WAYS, className="runs-ways"),
        children=[
            html.Div(check_body(found, theme), id=Ids.CHECK_BODY, className="stack"),
            poll(Ids.CHECKING, active=is_busy(found.runs)),
            dcc.Store(id=Ids.CHECK, data={"run": found.runs[0].id, "at": found.at}),
        ],
    )


def check_ways(found: DepositCheck) -> list[Component]:
    """The way back, and on: only once everything is read, and what looks odd is kept."""
    ready = bool(found.drafts) and not is_busy(found.runs) and not found.waiting
    seen = {str(run.id): run.version for run in found.drafts}
    gone = not found.drafts
    return [
        button(_("Changer de fichier"), href="/operations")
        if gone
        else button(_("Changer de fichier"), id=Ids.DROP),
        button(_("Confirmer"), id=Ids.CONFIRM, kind="primary", disabled=not ready),
        dcc.Store(id=Ids.SEEN, data=seen),
    ]


def check_body(found: DepositCheck, theme: str) -> list[Component]:
    return [
        deposit_steps(found),
        *_reading(found),
        *_refusals(found),
        *_warnings(found),
        *([_counts(found)] if found.parts else []),
        *([_rows(found)] if len(found.parts) > 1 else []),
        *_details(found, theme),
    ]


def deposit_steps(found: DepositCheck) -> Component:
    """File, check, confirmation: here the second one."""
    first, count = found.runs[0], len(found.runs)
    file = f"{first.file_name}, {size(first.file_size)}" if count == 1 else (
        plural("{count} fichier", "{count} fichiers", count))  # fmt: skip
    waiting = len(found.waiting)
    note = (
        plural("{count} écart à confirmer", "{count} écarts à confirmer", waiting)
        if waiting
        else _("lecture en cours")
        if is_busy(found.runs)
        else _("rien à signaler")
        if found.drafts
        else _("rien à enregistrer")
    )
    return steps(
        _("Étapes du dépôt"),
        [
            StepItem(_("Fichier"), file, "done"),
            StepItem(_("Vérification"), note, "here"),
            StepItem(_("Confirmation"), _("rien n’est encore enregistré")),
        ],
    )


def _reading(found: DepositCheck) -> list[Component]:
    busy = [run for run in found.runs if is_busy([run])]
    return [card([run_progress(run) for run in busy])] if busy else []


def _refusals(found: DepositCheck) -> list[Component]:
    refused = [run for run in found.runs if run.state is RunState.REFUSED]
    blocks: list[Component] = []
    for run in refused:
        name = [html.H2(run.file_name, className="section-title")] if len(found.runs) > 1 else []
        blocks += [*name, refusal(run)]
    blocks += [left_out(run) for run in found.drafts if run.problem is not None]
    return [*blocks, *([] if found.parts else _pce_card(found))]


def _pce_card(found: DepositCheck) -> list[Component]:
    return [ask_pce(found)] if any(run.takes_pce for run in found.runs) else []


def ask_pce(found: DepositCheck) -> Component:
    """Which PCE the files are of, where they do not say it: no need to send them again."""
    given = next((run.pce for run in found.runs if run.pce and not run.asks_pce), "") or ""
    several = sum(run.asks_pce for run in found.runs) > 1
    return card(
        [
            picker(
                Ids.MISSING_PCE,
                _("PCE de ces fichiers") if several else _("PCE de ce fichier"),
                f"{found.names.get(given, '')} {given}".strip(),
                _("Nom, PCE ou commune"),
                rows=pce_options(found.sites),
                hidden_label=False,
            ),
            html.P(id=Ids.MISSING_PCE_ERROR, className="field-error", role="alert"),
            html.Div(button(_("Vérifier avec ce PCE"), id=Ids.RESUME), className="form-actions"),
        ],
        title=_("Point de livraison"),
    )


def _warnings(found: DepositCheck) -> list[Component]:
    waiting = found.waiting
    if len(waiting) > MOST_WARNED:
        title = plural(
            "{count} point de livraison s’écarte de son habitude",
            "{count} points de livraison s’écartent de leur habitude",
            len(waiting),
        )
        text = _("Ils sont en tête du tableau. Gardez-les s’ils sont justes.")
        keep = button(
            plural("Garder quand même", "Garder les {count} quand même", len(waiting)),
            id=keep_button(*EVERY),
        )
        return [alert(title, text, "warn", actions=keep)]
    return [_warning(found, part) for part in waiting]


def _warning(found: DepositCheck, part: RunPart) -> Component:
    """What looks odd, the ways on, and the site that the file is rather of, where there is one."""
    text: list[Child] = [html.B(found.name_of(part)), _(" : "), doubt_text(part.checked)]
    ways = [button(_("Garder quand même"), id=keep_button(part.run_id, part.place))]
    number = found.alike.get((part.run_id, part.place))
    if number:
        name = found.names.get(number) or number
        text += [" ", _("Ses valeurs journalières sont celles de {name}.", name=name)]
        choose = choose_button(part.run_id, number)
        ways.append(button(_("Choisir {name}", name=name), id=choose, kind="primary"))
    return alert(doubt_title(part.checked["doubt"]), text, "warn", actions=ways)


def _counts(found: DepositCheck) -> Component:
    """What would change, and what would not: of all the files together."""
    total: dict[str, int] = {}
    for part in found.parts:
        for name, count in part.checked.get("counts", {}).items():
            total[name] = total.get(name, 0) + count
    return kpi_strip(
        [
            Kpi(_("Nouveaux"), number(total.get("new", 0)), None, _("seront affichés")),
            Kpi(_("Corrigés"), number(total.get("changed", 0)), None, _("remplacent une valeur")),
            Kpi(_("Identiques"), number(total.get("same", 0)), None, _("déjà connus")),
            Kpi(_("Ignorés"), number(total.get("ignored", 0)), None, ignored_note(total)),
        ]
    )


def ignored_note(counts: Mapping[str, int]) -> str:
    """Why values that differ are not taken: what stands instead."""
    if counts.get("contested"):
        return _("celle du distributeur reste")
    if counts.get("provisional"):
        return _("une valeur définitive reste")
    return _("une autre valeur reste") if counts.get("ignored") else _("aucune")


def _rows(found: DepositCheck) -> Component:
    files = {run.id: run.file_name for run in found.runs}
    rows = [_row(found, part, files[part.run_id]) for part in found.parts]
    return card(
        table(
            [
                _("Fichier"), _("Point de livraison"), _("Période"), _("Jours"),
                _("Énergie (kWh)"), _("Volume (m³)"), _("Nouveaux"), _("Corrigés"),
                _("Identiques"), _("Ignorés"), _("État"),
            ],
            rows,
            caption=_("Contenu de chaque fichier, par point de livraison"),
            numbers=range(3, 10),
        ),
        title=_("Points de livraison"),
        hint=_("ceux qui sont à confirmer d’abord"),
        flush=True,
    )  # fmt: skip


def _row(found: DepositCheck, part: RunPart, file: str) -> list[Child]:
    counts = part.checked.get("counts", {})
    said = chip(_("À confirmer"), icon="exclamation-triangle", tone="warn") if (
        part.odd and not part.accepted) else NONE  # fmt: skip
    here = part is found.shown
    name = found.name_of(part)
    at = f"/operations?run={part.run_id}&at={part.run_id}-{part.place}"
    return [
        file,
        html.B(name) if here else link(name, at),
        period_text((part.first_day, part.last_day)),
        number(counts.get("days", 0)),
        number(counts.get("energy_wh", 0) / 1000),
        number(counts.get("volume_dm3", 0) / 1000),
        *(number(counts.get(word, 0)) for word in ("new", "changed", "same", "ignored")),
        said,
    ]


def _details(found: DepositCheck, theme: str) -> list[Component]:
    part = found.shown
    if part is None:
        return []
    drawn = curve_card(part.checked, theme)
    left = [*([drawn] if drawn is not None else []), _readers(found)]
    return [columns(left, [*_pce_card(found), _content(found, part)], kind="2-1")]


def _readers(found: DepositCheck) -> Component:
    first = found.runs[0]
    who = _("Votre organisation.") if first.own else _("Le titulaire de ces points.")
    others = plural(
        "{count} organisation les lit aussi par un droit d’accès.",
        "{count} organisations les lisent aussi par un droit d’accès.",
        found.readers,
    )
    word = (
        _("Enregistrées comme données du distributeur.")
        if first.by_distributor
        else _(
            "Marquées « déposé par {name} », jamais attribuées au distributeur.",
            name=first.organisation,
        )
    )
    text = [who, *([" ", others] if found.readers else [])]
    return card(
        [html.P(text, className="card-text"), html.P(word, className="card-text muted")],
        title=_("Qui verra ces valeurs"),
    )


def _content(found: DepositCheck, part: RunPart) -> Component:
    run = next(run for run in found.runs if run.id == part.run_id)
    until = clock(run.created_at + KEPT)
    return card(
        [
            definition_list([(_("Point de livraison"), found.name_of(part)), *content_facts(part)]),
            html.P(
                _("Sans confirmation, ce fichier est effacé le {until}.", until=until),
                className="card-text muted small",
            ),
        ],
        title=_("Contenu"),
        actions=state_chip(run),
    )


def content_facts(part: RunPart) -> list[tuple[str, str]]:
    """What the file says of one PCE: period, sums, its strongest day."""
    counts, most = part.checked.get("counts", {}), part.checked.get("most")
    energy, volume = counts.get("energy_wh", 0) / 1000, counts.get("volume_dm3", 0) / 1000
    facts = [
        (_("PCE"), part.pce),
        (_("Période"), period_text((part.first_day, part.last_day))),
        (_("Jours"), number(counts.get("days", 0))),
        (_("dont absents"), number(counts.get("absent", 0))),
        (_("Périodes"), number(counts.get("periods", 0))),
        (_("Températures"), number(counts.get("temperatures", 0))),
        (_("Périodes de gaz injecté"), number(counts.get("injections", 0))),
        (_("Énergie"), f"{number(energy)}\u00a0kWh" if energy else "0"),
        (_("Volume"), f"{number(volume)}\u00a0m³" if volume else "0"),
    ]
    if energy and volume:
        facts.append((_("Coefficient"), f"{number(energy / volume, 2)}\u00a0kWh/m³"))
    if most and part.checked.get("measure") == "energy_wh":
        facts.append((_("Plus fort jour"), f"{number(most / 1000)}\u00a0kWh"))
    return [(name, said) for name, said in facts if said != "0"]
