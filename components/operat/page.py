"""Render a year by site, and what to fix before it is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components import kit
from components.colleagues import ask, sentence_of
from components.costs import OPERAT, costs_head, method_fold, site_text
from components.exports.reports import report_act
from components.kit import html
from components.operat.absolute import absolute_card, values_act
from components.operat.attestations import attestations_card
from components.operat.long_list import MOST
from components.operat.trajectory import trajectory_card
from core.access import Permission, Viewer
from core.i18n import N_, _, number, plural
from core.query_string import query_string
from data.exports.types import Content
from data.metering.pces.types import PceRow
from data.metering.surfaces.types import DM2
from data.money.attestations.types import Attestation
from data.money.operat.files import source_of
from data.money.operat.rules.years import findings, pci_wh
from data.money.operat.types import OperatFault, OperatFinding, OperatLine, StoredValue
from data.notifications.types import HelpSubject

YEARS = 4  # years offered: the last complete ones
WHAT: Mapping[OperatFault, str] = {
    OperatFault.NO_DATA: N_("Aucune donnée de l’année"),
    OperatFault.GAP: N_("Jours sans donnée"),
    OperatFault.OVERLAP: N_("Jours couverts par deux périodes publiées"),
    OperatFault.DEPOSITED: N_("Jours déposés par une organisation"),
    OperatFault.NO_EFA: N_("Référence EFA manquante"),
    OperatFault.NO_SURFACE: N_("Surface manquante"),
    OperatFault.SURFACES: N_("Surfaces différentes dans une même EFA"),
    OperatFault.NO_SIRET: N_("SIREN ou SIRET manquant"),
}
HOW: Mapping[OperatFault, str] = {
    OperatFault.NO_DATA: N_("Importez ses relevés, ou vérifiez votre droit sur cette année."),
    OperatFault.GAP: N_(
        "Importez les jours qui manquent ; sinon, la part manquante se déclare à part."
    ),
    OperatFault.OVERLAP: N_("La dernière publiée est retenue : vérifiez-la sur vos factures."),
    OperatFault.DEPOSITED: N_(
        "Le distributeur n’a rien publié pour ces jours : gardez la preuve de ces relevés avant"
        " de déclarer."
    ),
    OperatFault.NO_EFA: N_("Recopiez-la de la plateforme OPERAT dans la feuille des sites."),
    OperatFault.NO_SURFACE: N_("Ajoutez-la dans la feuille des sites."),
    OperatFault.SURFACES: N_(
        "Donnez à chacun de ses PCE la surface de l’EFA entière : sinon ses totaux n’en ont aucune."
    ),
    OperatFault.NO_SIRET: N_("Ajoutez-les dans la feuille des sites."),
}

SOURCES: Mapping[str, str] = {
    "Quotidien": N_("relevés quotidiens"),
    "Publié": N_("périodes publiées"),
    "Publié et quotidien": N_("périodes publiées et relevés quotidiens"),
}


@dataclass(frozen=True, slots=True)
class OperatFacts:
    """A year of the declaration: its sites, and the number of readable PCEs."""

    year: int
    lines: Sequence[OperatLine]
    pces: int
    deciders: Sequence[str] = ()  # colleagues who describe sites, for a viewer who cannot
    pce: str = ""
    alias: str = ""
    sites: Sequence[PceRow] = ()  # suggestions of the picker
    values: Sequence[StoredValue] = ()  # absolute ones, of all categories
    attestations: Sequence[Attestation] = ()  # of all years
    removed: int = 0  # id of an attestation just removed


def operat_page(viewer: Viewer, facts: OperatFacts) -> Component:
    site_findings = findings(facts.lines)
    return kit.page(
        _("Coûts"),
        _("Préparation OPERAT {year}", year=facts.year),
        actions=_acts(viewer, facts),
        lead=kit.lead(_opening(facts, site_findings)),
        children=[
            costs_head(OPERAT, facts.pce, facts.alias, facts.sites),
            kit.stack(_years(viewer, facts), *_body(viewer, facts, site_findings)),
        ],
        id="operat-page",
    )


def _acts(viewer: Viewer, facts: OperatFacts) -> list[Component]:
    writes = viewer.may(Permission.PCES_WRITE)
    here = query_string({"pce": site_text(facts.pce, facts.alias)}, "&")
    sites = [
        kit.button(_("Surfaces et EFA"), href=f"{OPERAT}?sheet=1", icon="upload"),
        kit.button(_("Décrire un site"), href=f"{OPERAT}?new=1{here}", icon="plus-lg"),
    ]
    acts = [*values_act(viewer), *(sites if writes else [])]
    if facts.lines and viewer.may(Permission.CONSUMPTION_EXPORT):
        file = f"/export/operat?year={facts.year}&format=xlsx"
        words = _("Télécharger le fichier")
        acts.append(kit.button(words, href=file, icon="download", kind="primary", download=True))
    return acts


def _other_files(viewer: Viewer, facts: OperatFacts) -> list[Component]:
    if not viewer.may(Permission.CONSUMPTION_EXPORT):
        return []
    words, address = _("Tableaux croisés"), f"/export/operat?year={facts.year}&format="
    return [
        *report_act(viewer, Content.OPERAT, words, year=facts.year, pce=facts.pce),
        kit.button(
            _("Totaux par EFA"), href=f"{address}xlsx&by=efa", icon="download", download=True
        ),
        kit.button("CSV", href=f"{address}csv", icon="download", download=True),
    ]


def _years(viewer: Viewer, facts: OperatFacts) -> Component:
    query = query_string({"pce": facts.pce}, "&")
    last = viewer.today.year - 1
    items = [
        (str(year), f"{OPERAT}?year={year}{query}", year == facts.year)
        for year in range(last, last - YEARS, -1)
    ]
    return kit.tabs(_("Année"), items)


def _opening(facts: OperatFacts, site_findings: Sequence[OperatFinding]) -> str:
    if not facts.lines:
        return _("Aucun site n’est encore décrit : ni surface, ni référence EFA.")
    count_label = plural("{count} PCE décrit", "{count} PCE décrits", len(facts.lines))
    if not site_findings:
        return _("{told}, rien à corriger avant de déclarer.", told=count_label)
    points = plural("{count} point à revoir", "{count} points à revoir", len(site_findings))
    return _("{told}, {points} avant de déclarer.", told=count_label, points=points)


def _body(
    viewer: Viewer, facts: OperatFacts, site_findings: Sequence[OperatFinding]
) -> list[Component]:
    attestations = attestations_card(viewer, facts.attestations, facts.year, facts.removed)
    if not facts.lines:
        return [kit.card(_nothing(viewer, facts.deciders)), *attestations]
    trajectory = trajectory_card(facts.year, facts.lines)
    absolute = absolute_card(facts.lines, facts.values, facts.year)
    return [
        _kpis(facts),
        _flight(facts, site_findings),
        trajectory,
        absolute,
        *attestations,
        _lines(viewer, facts),
    ]


def _nothing(viewer: Viewer, deciders: Sequence[str]) -> Component:
    text = _(
        "Téléchargez la feuille de vos PCE, écrivez la surface, la référence EFA et le SIRET de"
        " chaque site, puis déposez-la."
    )
    act = kit.button(_("Surfaces et EFA"), href=f"{OPERAT}?sheet=1", kind="primary")
    acts = [act]
    if not viewer.may(Permission.PCES_WRITE):
        text = sentence_of(deciders, HelpSubject.OPERAT)
        acts = ask(deciders, HelpSubject.OPERAT)
    return kit.empty("building", _("Aucun site décrit"), text, acts)


def _kpis(facts: OperatFacts) -> Component:
    energy = sum(line.year.energy_wh_pcs or 0 for line in facts.lines)
    days = sum(line.year.length for line in facts.lines)
    measured = sum(line.year.measured for line in facts.lines)
    estimated = sum(line.year.estimated for line in facts.lines)
    prorated = sum(line.year.prorated for line in facts.lines)
    return kit.kpi_strip(
        [
            kit.Kpi(
                _("Consommation PCS"), number(energy / 1000), _("kWh PCS"), _("celle des factures")
            ),
            kit.Kpi(
                _("Consommation PCI"),
                number((pci_wh(energy) or 0) / 1000),
                _("kWh PCI"),
                _("PCS ÷ 1,11 : celle d’OPERAT"),
            ),
            kit.Kpi(_("Jours mesurés"), number(100 * measured / days, 1), "%"),
            kit.Kpi(
                _("Jours estimés"),
                number(100 * estimated / days, 1),
                "%",
                _(
                    "dont {share} % au prorata d’une période",
                    share=number(100 * prorated / days, 1),
                ),
            ),
        ]
    )


def _flight(facts: OperatFacts, site_findings: Sequence[OperatFinding]) -> Component:
    undescribed_count = facts.pces - len(facts.lines)
    undescribed_label = plural(
        "{count} PCE n’est décrit par aucun site : il n’est pas dans le fichier.",
        "{count} PCE ne sont décrits par aucun site : ils ne sont pas dans le fichier.",
        undescribed_count,
    )
    aside = [html.P(undescribed_label)] if undescribed_count > 0 else []
    title = _("À corriger avant de déclarer")
    if not site_findings:
        body = kit.alert(
            _("Rien à corriger"), _("Chaque site a son année, sa surface et son EFA."), "ok"
        )
        return kit.card([body, *aside], title=title)
    head = [_("Quoi"), _("Site"), _("Jours"), _("Que faire")]
    rows = [_finding(finding) for finding in site_findings[:MOST]]
    listed = kit.table(head, rows, caption=title, numbers=[2], cards=True)
    return kit.card(
        [*aside, listed],
        title=title,
        hint=plural("{count} point", "{count} points", len(site_findings)),
    )


def _finding(finding: OperatFinding) -> list[kit.Children]:
    site = finding.line.site
    name = site.draft.name or site.alias or site.draft.pce
    first, last = finding.line.ends
    address = f"/consommations?pce={site.draft.pce}&from={first}&to={last}&step=day"
    days = number(finding.count) if finding.count else "–"
    return [_(WHAT[finding.fault]), kit.link(name, address), days, _(HOW[finding.fault])]


def _lines(viewer: Viewer, facts: OperatFacts) -> Component:
    head = [
        _("EFA"), _("Site"), _("PCE"), _("Surface (m²)"), _("kWh PCS"), _("kWh PCI"),
        _("Mesurés (j)"), _("Estimés (j)"), _("dont prorata (j)"), _("Manquants (j)"), _("DJU 18"),
        _("Source"),
    ]  # fmt: skip
    writes = viewer.may(Permission.PCES_WRITE)
    rows = [_line(line, writes=writes) for line in facts.lines[:MOST]]
    title = _("Le fichier")
    listed = kit.table(head, rows, caption=title, numbers=range(3, 11))
    hint = _("à vérifier sur la plateforme OPERAT : la disposition des colonnes lui appartient")
    lines_title = plural("{count} ligne", "{count} lignes", len(facts.lines))
    sources = [
        _(
            "Les périodes publiées d’abord, comme sur les factures ; celle qui dépasse les bornes"
            " de l’année y compte par ses relevés quotidiens s’ils sont tous connus, sinon au"
            " prorata de ses jours, comptés comme estimés."
        ),
        _(
            "La page Consommations utilise les relevés quotidiens : les deux sommes peuvent"
            " différer un peu."
        ),
    ]
    return kit.stack(
        kit.card(
            html.Div(kit.fold(lines_title, listed), className="folds"),
            title=title,
            hint=hint,
            actions=_other_files(viewer, facts),
            flush=True,
        ),
        method_fold(_("D’où viennent ces kWh"), sources),
    )


def _line(line: OperatLine, *, writes: bool) -> list[kit.Children]:
    draft, year = line.site.draft, line.year
    surface = "–" if draft.surface_dm2 is None else number(draft.surface_dm2 / DM2, 0)
    name = draft.name or line.site.alias or draft.pce
    pcs, pci = year.energy_wh_pcs, pci_wh(year.energy_wh_pcs)
    return [
        html.Span(draft.efa or "–", className="nowrap"),
        kit.link(name, f"{OPERAT}?edit={draft.pce}") if writes else name,
        draft.pce,
        surface,
        "–" if pcs is None else number(pcs / 1000),
        "–" if pci is None else number(pci / 1000),
        number(year.measured),
        number(year.estimated),
        number(year.prorated),
        number(year.missing),
        "–" if line.degree_days is None else number(line.degree_days),
        html.Span(_(SOURCES.get(source_of(year), "–")), className="nowrap"),
    ]
