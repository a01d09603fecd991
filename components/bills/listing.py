"""Render the list of bills with their findings."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.bills.form import PATH
from components.bills.ids import Ids
from components.bills.rows import bills_table, figures_strip
from components.bills.words import VERDICTS
from components.colleagues import ask, sentence_of
from components.costs import costs_head, method_fold
from components.kit import Pages, RestoreNotice, button, card, empty, lead, page, tabs
from core.access import Permission, Viewer
from core.i18n import N_, _, number, plural
from core.query_string import query_string
from data.metering.pces.types import PceRow
from data.money.bills.types import BillVerdict, JudgedBill
from data.notifications.types import HelpSubject

SIZE = 50
REMOVED = RestoreNotice(
    Ids.RESTORE,
    Ids.REMOVED,
    N_("Facture retirée"),
    N_("Elle peut être rétablie pendant un jour."),
    N_("Annuler la suppression"),
)


@dataclass(frozen=True, slots=True)
class BillsFacts:
    """Content of the list, filtered by the PCE and verdict of the address."""

    judged: Sequence[JudgedBill]
    page: int = 1
    pce: str = ""
    alias: str = ""
    verdict: BillVerdict | None = None
    removed: int = 0  # id of a bill just deleted
    deciders: Sequence[str] = ()  # colleagues who enter bills, for a viewer who cannot
    sites: Sequence[PceRow] = ()  # suggestions of the picker

    @property
    def shown_bills(self) -> list[JudgedBill]:
        """Return the bills of the verdict chosen, or all, the most severe verdict first."""
        verdicts = [self.verdict] if self.verdict else list(BillVerdict)
        return [
            judged_bill
            for verdict in verdicts
            for judged_bill in self.judged
            if judged_bill.judgement.verdict is verdict
        ]

    @property
    def pages(self) -> Pages:
        return Pages(len(self.shown_bills), SIZE, self.page)

    def address(self, verdict: BillVerdict | None, at: int = 1) -> str:
        parameters = {"pce": self.pce, "verdict": verdict.value if verdict else "",
                 "page": str(at) if at > 1 else ""}  # fmt: skip
        return PATH + query_string(parameters)


def bills_page(viewer: Viewer, facts: BillsFacts) -> Component:
    return page(
        _("Coûts"),
        actions=_acts(viewer, facts),
        lead=lead(_opening(facts)) if facts.judged else None,
        children=[
            costs_head(PATH, facts.pce, facts.alias, facts.sites),
            *REMOVED.draw(facts.removed),
            *_body(viewer, facts),
            _rules(),
        ],
        id="bills-page",
    )


def _acts(viewer: Viewer, facts: BillsFacts) -> list[Component]:
    here = query_string({"pce": facts.pce}, "&")
    acts = []
    if facts.judged and viewer.may(Permission.CONSUMPTION_EXPORT):
        export = f"/export/factures?format=xlsx{here}"
        acts.append(button(_("Exporter"), href=export, icon="download", download=True))
    if viewer.may(Permission.PRICES_WRITE):
        bring = button(_("Importer"), href=f"{PATH}?sheet=1", icon="upload")
        add = f"{PATH}?new=1{here}"
        acts += [bring, button(_("Vérifier une facture"), href=add, icon="plus-lg", kind="primary")]
    return acts


def _opening(facts: BillsFacts) -> str:
    count = len(facts.judged)
    summary = plural("{count} facture saisie", "{count} factures saisies", count)
    if facts.pce:
        summary = _("{said} pour {site}", said=summary, site=facts.alias or facts.pce)
    counts = Counter(judged_bill.judgement.verdict for judged_bill in facts.judged)
    parts = [
        plural(*labels.counts, counts[verdict])
        for verdict, labels in VERDICTS.items()
        if counts[verdict]
    ]
    if not parts:
        return _("{said}.", said=summary)
    return _("{said} : {parts}.", said=summary, parts=", ".join(parts))


def _body(viewer: Viewer, facts: BillsFacts) -> list[Component]:
    if not facts.judged:
        return [card(_nothing(viewer, facts))]
    sums = figures_strip([judged_bill.judgement for judged_bill in facts.judged])
    listed = bills_table(facts.pages.rows(facts.shown_bills))
    links = facts.pages.links(
        _("Pages des factures"),
        (_("Précédentes"), _("Suivantes")),
        lambda page: facts.address(facts.verdict, page),
    )
    return [sums, _parts(facts), card([listed, *links], flush=True)]


def _nothing(viewer: Viewer, facts: BillsFacts) -> Component:
    text = _(
        "Saisissez une facture, ou déposez un tableur de plusieurs : le portail compare leurs"
        " index et leurs kWh aux relevés des mêmes jours, et signale les différences."
    )
    here = query_string({"pce": facts.pce}, "&")
    acts = [
        button(_("Importer un fichier"), href=f"{PATH}?sheet=1"),
        button(_("Vérifier une facture"), href=f"{PATH}?new=1{here}", kind="primary"),
    ]
    if not viewer.may(Permission.PRICES_WRITE):
        text = sentence_of(facts.deciders, HelpSubject.BILLS)
        acts = ask(facts.deciders, HelpSubject.BILLS, facts.pce)
    return empty("receipt", _("Aucune facture saisie"), text, acts)


def _parts(facts: BillsFacts) -> Component:
    counts = Counter(verdict.judgement.verdict for verdict in facts.judged)
    items = [(_("Toutes"), facts.address(None), facts.verdict is None)]
    items += [
        (
            f"{_(labels.part)} ({number(counts[verdict])})",
            facts.address(verdict),
            facts.verdict is verdict,
        )
        for verdict, labels in VERDICTS.items()
    ]
    return tabs(_("Verdict"), items)


def _rules() -> Component:
    rules = [
        _("L’index d’une facture est comparé à celui du relevé, à 6 h, à un m³ près."),
        _(
            "Ses kWh PCS sont comparés à la somme des jours, à un demi-kWh par jour, un m³ et un"
            " demi pour cent près, pour tenir compte des arrondis et du coefficient définitif."
        ),
        _(
            "Un jour de plus ou de moins au début ou à la fin peut expliquer un écart, quand"
            " aucun index ne permet de trancher : la facture est alors « à vérifier », avec son"
            " écart complet (« à un jour près »). Les fournisseurs ne comptent pas tous le jour"
            " du relevé."
        ),
        _(
            "Un jour manquant ne rend jamais une facture fausse : la consommation est alors"
            " donnée par un intervalle, ou n’est pas vérifiable."
        ),
        _(
            "Une facture estimée est vérifiée avec celle qui la régularise. Son montant est"
            " comparé à vos prix, à 1 € ou 1 % près."
        ),
        _(
            "Le coût de l’écart d’énergie, et l’écart de prix (le montant comparé à vos prix pour"
            " les kWh facturés) sont donnés séparément : leur somme est l’écart du montant."
        ),
        _("Rien n’est définitif : si des relevés sont corrigés, le verdict est mis à jour."),
    ]
    return method_fold(_("Comment elles sont vérifiées"), rules)
