"""Render the check of a deposit before storage: contents, changes and warnings."""

from collections.abc import Mapping

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.consumption.filters import pce_options
from components.kit import html
from components.runs.columns import USES, columns_card
from components.runs.curve import curve_card, doubt_text, doubt_title
from components.runs.ids import EVERY, Ids, choose_button, keep_button, unit_button
from components.runs.labels import is_busy, period_text, poll, run_progress, state_chip
from components.runs.receipts import left_out_alert, refusal_alert
from core.i18n import _, clock, number, plural, size
from data.metering.consumption.types import DepositCheck
from data.runs.rules import KEPT
from data.runs.types import RunPart, RunState

MOST_WARNED = 3  # deliveries with a warning of their own


def check_page(deposit_check: DepositCheck, theme: str) -> Component:
    return kit.page(
        _("Déposer des relevés"),
        _("Rien n’est enregistré avant votre confirmation."),
        crumbs=((_("Relevés"), "/operations"), (_("Vérification"), None)),
        actions=html.Div(check_ways(deposit_check), id=Ids.CHECK_WAYS, className="runs-ways"),
        children=[
            html.Div(check_body(deposit_check, theme), id=Ids.CHECK_BODY, className="stack"),
            poll(Ids.CHECKING, active=is_busy(deposit_check.runs)),
            dcc.Store(id=Ids.CHECK, data={"run": deposit_check.runs[0].id, "at": deposit_check.at}),
        ],
    )


def check_ways(deposit_check: DepositCheck) -> list[Component]:
    """Return the buttons; confirming requires complete reading and accepted warnings."""
    ready = (
        bool(deposit_check.drafts) and not is_busy(deposit_check.runs) and not deposit_check.waiting
    )
    versions_by_run = {str(run.id): run.version for run in deposit_check.drafts}
    gone = not deposit_check.pending_runs
    return [
        kit.button(_("Changer de fichier"), href="/operations")
        if gone
        else kit.button(_("Changer de fichier"), id=Ids.DROP),
        kit.button(_("Confirmer"), id=Ids.CONFIRM, kind="primary", disabled=not ready),
        dcc.Store(id=Ids.SEEN, data=versions_by_run),
    ]


def check_body(deposit_check: DepositCheck, theme: str) -> list[Component]:
    return [
        deposit_steps(deposit_check),
        *_reading(deposit_check),
        *_refusals(deposit_check),
        *_warnings(deposit_check),
        *([_counts(deposit_check)] if deposit_check.parts else []),
        *([_rows(deposit_check)] if len(deposit_check.parts) > 1 else []),
        *_details(deposit_check, theme),
    ]


def deposit_steps(deposit_check: DepositCheck) -> Component:
    """Return the steps of a deposit, at the second one."""
    first, count = deposit_check.runs[0], len(deposit_check.runs)
    file = f"{first.file_name}, {size(first.file_size)}" if count == 1 else (
        plural("{count} fichier", "{count} fichiers", count))  # fmt: skip
    waiting = len(deposit_check.waiting)
    left_count = sum(run.counts.get("left", 0) for run in deposit_check.drafts)
    note = (
        plural("{count} écart à confirmer", "{count} écarts à confirmer", waiting)
        if waiting
        else _("lecture en cours")
        if is_busy(deposit_check.runs)
        else plural("{count} ligne écartée", "{count} lignes écartées", left_count)
        if left_count
        else _("rien à signaler")
        if deposit_check.drafts
        else _("PCE à indiquer")
        if any(run.asks_pce for run in deposit_check.runs)
        else _("colonnes à indiquer")
        if deposit_check.pending_runs
        else _("rien à enregistrer")
    )
    return kit.steps(
        _("Étapes du dépôt"),
        [
            kit.StepItem(_("Fichier"), file, "done"),
            kit.StepItem(_("Vérification"), note, "here"),
            kit.StepItem(_("Confirmation"), _("rien n’est encore enregistré")),
        ],
    )


def _reading(deposit_check: DepositCheck) -> list[Component]:
    busy = [run for run in deposit_check.runs if is_busy([run])]
    return [kit.card([run_progress(run) for run in busy])] if busy else []


def _refusals(deposit_check: DepositCheck) -> list[Component]:
    refused = [run for run in deposit_check.runs if run.state is RunState.REFUSED]
    blocks: list[Component] = []
    for run in refused:
        name = (
            [html.H2(run.file_name, className="section-title")]
            if len(deposit_check.runs) > 1
            else []
        )
        ways = [columns_card(run)] if run.takes_columns else []
        blocks += [*name, refusal_alert(run), *ways]
    blocks += [left_out_alert(run) for run in deposit_check.drafts if run.problem is not None]
    return [*blocks, *([] if deposit_check.parts else _pce_card(deposit_check))]


def _pce_card(deposit_check: DepositCheck) -> list[Component]:
    return [ask_pce(deposit_check)] if any(run.takes_pce for run in deposit_check.runs) else []


def ask_pce(deposit_check: DepositCheck) -> Component:
    """Return the field of the PCE for files without one, which need not be sent again."""
    known_pce = (
        next((run.pce for run in deposit_check.runs if run.pce and not run.asks_pce), "") or ""
    )
    several = sum(run.asks_pce for run in deposit_check.runs) > 1
    return kit.card(
        [
            kit.picker(
                Ids.MISSING_PCE,
                _("PCE de ces fichiers") if several else _("PCE de ce fichier"),
                f"{deposit_check.names.get(known_pce, '')} {known_pce}".strip(),
                _("Nom, PCE ou commune"),
                rows=pce_options(deposit_check.sites),
                hidden_label=False,
            ),
            html.P(id=Ids.MISSING_PCE_ERROR, className="field-error", role="alert"),
            html.Div(
                kit.button(_("Vérifier avec ce PCE"), id=Ids.RESUME), className="form-actions"
            ),
        ],
        title=_("Point de livraison"),
    )


def _warnings(deposit_check: DepositCheck) -> list[Component]:
    waiting = deposit_check.waiting
    if len(waiting) > MOST_WARNED:
        title = plural(
            "{count} point de livraison s’écarte de son habitude",
            "{count} points de livraison s’écartent de leur habitude",
            len(waiting),
        )
        text = _("Ils sont en tête du tableau. Gardez-les s’ils sont justes.")
        keep = kit.button(
            plural("Garder quand même", "Garder les {count} quand même", len(waiting)),
            id=keep_button(*EVERY),
        )
        return [kit.alert(title, text, "warn", actions=keep)]
    return [_warning(deposit_check, part) for part in waiting]


def _warning(deposit_check: DepositCheck, part: RunPart) -> Component:
    """Return an unlikely delivery with its remedies, and the PCE that it resembles, if any."""
    text: list[kit.Child] = [
        html.B(deposit_check.name_of(part)),
        _(" : "),
        doubt_text(part.checked),
    ]
    ways = [kit.button(_("Garder quand même"), id=keep_button(part.run_id, part.place))]
    number = deposit_check.lookalikes_by_place.get((part.run_id, part.place))
    if number:
        name = deposit_check.names.get(number) or number
        text += [" ", _("Ses valeurs journalières sont celles de {name}.", name=name)]
        choose = choose_button(part.run_id, number)
        ways.append(kit.button(_("Choisir {name}", name=name), id=choose, kind="primary"))
    energy_use = deposit_check.units_by_place.get((part.run_id, part.place))
    if energy_use:
        sentence, unit = _("Dans une autre unité, il donnerait l’habitude."), _(USES[energy_use])
        text += [" ", sentence]
        ways.append(
            kit.button(
                _("Lire comme {unit}", unit=unit),
                id=unit_button(part.run_id, energy_use),
                kind="secondary" if number else "primary",
            )
        )
    return kit.alert(doubt_title(part.checked["doubt"]), text, "warn", actions=ways)


def _counts(found: DepositCheck) -> Component:
    """Return what would change, summed over all files."""
    total: dict[str, int] = {}
    for part in found.parts:
        for name, count in part.checked.get("counts", {}).items():
            total[name] = total.get(name, 0) + count
    return kit.kpi_strip(
        [
            kit.Kpi(_("Nouveaux"), number(total.get("new", 0)), None, _("seront affichés")),
            kit.Kpi(
                _("Corrigés"), number(total.get("changed", 0)), None, _("remplacent une valeur")
            ),
            kit.Kpi(_("Identiques"), number(total.get("same", 0)), None, _("déjà connus")),
            kit.Kpi(_("Ignorés"), number(total.get("ignored", 0)), None, ignored_note(total)),
        ]
    )


def ignored_note(counts: Mapping[str, int]) -> str:
    """Return why differing values are ignored."""
    if counts.get("contested"):
        return _("celle du distributeur reste")
    if counts.get("provisional"):
        return _("une valeur définitive reste")
    return _("une autre valeur reste") if counts.get("ignored") else _("aucun")


def _rows(deposit_check: DepositCheck) -> Component:
    files = {run.id: run.file_name for run in deposit_check.runs}
    rows = [_row(deposit_check, part, files[part.run_id]) for part in deposit_check.parts]
    return kit.card(
        kit.table(
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


def _row(deposit_check: DepositCheck, part: RunPart, file: str) -> list[kit.Child]:
    counts = part.checked.get("counts", {})
    state_cell = kit.chip(_("À confirmer"), icon="exclamation-triangle", tone="warn") if (
        part.odd and not part.accepted) else kit.NONE  # fmt: skip
    here = part is deposit_check.displayed_part
    name = deposit_check.name_of(part)
    at = f"/operations?run={part.run_id}&at={part.run_id}-{part.place}"
    return [
        file,
        html.B(name) if here else kit.link(name, at),
        period_text((part.first_day, part.last_day)),
        number(counts.get("days", 0)),
        number(counts.get("energy_wh", 0) / 1000),
        number(counts.get("volume_dm3", 0) / 1000),
        *(number(counts.get(word, 0)) for word in ("new", "changed", "same", "ignored")),
        state_cell,
    ]


def _details(deposit_check: DepositCheck, theme: str) -> list[Component]:
    part = deposit_check.displayed_part
    if part is None:
        return []
    drawn = curve_card(part.checked, theme)
    left_column = [*([drawn] if drawn is not None else []), _readers(deposit_check)]
    right_column = [*_pce_card(deposit_check), _content(deposit_check, part)]
    run = deposit_check.run_of(part)
    ways = [columns_card(run)] if run.takes_columns else []
    return [kit.columns(left_column, right_column, kind="2-1"), *ways]


def _readers(deposit_check: DepositCheck) -> Component:
    first = deposit_check.runs[0]
    who = _("Votre organisation.") if first.own else _("Le titulaire de ces points.")
    others = plural(
        "{count} organisation les lit aussi par un droit d’accès.",
        "{count} organisations les lisent aussi par un droit d’accès.",
        deposit_check.readers,
    )
    word = (
        _("Enregistrées comme données du distributeur.")
        if first.by_distributor
        else _(
            "Marquées « déposé par {name} », jamais attribuées au distributeur.",
            name=first.organisation,
        )
    )
    text = [who, *([" ", others] if deposit_check.readers else [])]
    return kit.card(
        [html.P(text, className="card-text"), html.P(word, className="card-text muted")],
        title=_("Qui verra ces valeurs"),
    )


def _content(deposit_check: DepositCheck, part: RunPart) -> Component:
    run = deposit_check.run_of(part)
    until = clock(run.created_at + KEPT)
    return kit.card(
        [
            kit.definition_list(
                [(_("Point de livraison"), deposit_check.name_of(part)), *content_facts(part)]
            ),
            html.P(
                _("Sans confirmation, ce fichier est effacé le {until}.", until=until),
                className="card-text muted small",
            ),
        ],
        title=_("Contenu"),
        actions=state_chip(run),
    )


def content_facts(part: RunPart) -> list[tuple[str, str]]:
    """Return the contents of a file for one PCE: period, sums, highest day."""
    counts, most = part.checked.get("counts", {}), part.checked.get("most")
    energy, volume = counts.get("energy_wh", 0) / 1000, counts.get("volume_dm3", 0) / 1000
    has_value = counts.get("days", 0) > counts.get("absent", 0)
    says_energy = has_value and part.checked.get("measure") == "energy_wh"
    facts = [
        (_("PCE"), part.pce),
        (_("Période"), period_text((part.first_day, part.last_day))),
        (_("Jours"), number(counts.get("days", 0))),
        (_("dont absents"), number(counts.get("absent", 0))),
        (_("Périodes"), number(counts.get("periods", 0))),
        (_("Températures"), number(counts.get("temperatures", 0))),
        (_("Périodes de gaz injecté"), number(counts.get("injections", 0))),
        (_("Énergie"), f"{number(energy)}\u00a0kWh" if energy or says_energy else "0"),
        (_("Volume"), f"{number(volume)}\u00a0m³" if volume else "0"),
    ]
    if energy and volume:
        facts.append((_("Coefficient"), f"{number(energy / volume, 2)}\u00a0kWh/m³"))
    if most and part.checked.get("measure") == "energy_wh":
        facts.append((_("Plus fort jour"), f"{number(most / 1000)}\u00a0kWh"))
    return [(name, value) for name, value in facts if value != "0"]
