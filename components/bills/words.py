"""Describe the findings about a bill in sentences, with what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from components.bills.figures import (
    amount_of,
    coefficient,
    days_ahead,
    days_missing,
    euros,
    gap_words,
    kwh,
    m3,
    read_words,
)
from components.kit.display import Tone
from components.kit.notice import AlertTone
from core.i18n import N_, _, plural, short_day
from data.money.bills.types import BillFinding, BillPoint, BillVerdict, Nature

NATURES: Mapping[Nature, str] = {
    Nature.MEASURED: N_("Sur un relevé"),
    Nature.ESTIMATED: N_("Sur une estimation"),
}


@dataclass(frozen=True, slots=True)
class VerdictLabels:
    """How a verdict is called on its chip, its tab, in a count and above its bill."""

    word: str
    part: str
    counts: tuple[str, str]
    title: str
    icon: str
    tone: Tone
    alert: AlertTone


VERDICTS: Mapping[BillVerdict, VerdictLabels] = {
    BillVerdict.DIFFERS: VerdictLabels(
        N_("diffère"), N_("Diffèrent"), (N_("{count} diffère"), N_("{count} diffèrent")),
        N_("Cette facture ne suit pas les relevés"), "exclamation-octagon-fill", "bad", "bad",
    ),
    BillVerdict.TO_CHECK: VerdictLabels(
        N_("à vérifier"), N_("À vérifier"), (N_("{count} à vérifier"), N_("{count} à vérifier")),
        N_("Cette facture est à vérifier"), "exclamation-triangle-fill", "warn", "warn",
    ),
    BillVerdict.UNKNOWN: VerdictLabels(
        N_("invérifiable"), N_("Invérifiables"),
        (N_("{count} invérifiable"), N_("{count} invérifiables")),
        N_("On ne peut pas dire si cette facture est juste"), "question-circle", "mute", "info",
    ),
    BillVerdict.AGREES: VerdictLabels(
        N_("concorde"), N_("Concordent"), (N_("{count} concorde"), N_("{count} concordent")),
        N_("Cette facture est juste"), "check-circle-fill", "ok", "ok",
    ),
}  # fmt: skip
SIDES = {"start": N_("début"), "end": N_("fin")}


def other_words(bill_facts: Mapping[str, object]) -> str:
    """Return the other bill by its number, if any, and its days."""
    days = _("du {first} au {last}", first=_day(bill_facts["first"]), last=_day(bill_facts["last"]))
    if bill_facts["number"]:
        return _("la facture {number}, {days}", number=bill_facts["number"], days=days)
    return _("la facture {days}", days=days)


def _day(value: object) -> str:
    return short_day(value) if isinstance(value, date) else ""


def sentence(found: BillFinding) -> str:
    """Return the sentence of a finding."""
    return SAID[found.point](found)


def _read(finding: BillFinding) -> str:
    low, high = finding.facts["low"], finding.facts["high"]
    return read_words(amount_of(low), None if high is None else amount_of(high))


def _energy(finding: BillFinding) -> str:
    figures = {"billed": kwh(finding.facts["billed"]), "read": _read(finding)}
    if finding.facts.get("published"):
        return _published(finding, figures["billed"])
    if finding.point is BillPoint.ENERGY_SAME:
        leeway = kwh(finding.facts["leeway"])
        return _(
            "Énergie : {billed} facturés, {read} relevés, à la tolérance près ({leeway}).",
            **figures,
            leeway=leeway,
        )
    if finding.point is BillPoint.ENERGY_NEAR:
        return _(
            "Énergie : {billed} facturés, {read} relevés, soit {gap} ; un jour de plus ou de moins"
            " à un bout de la facture (jusqu’à {day}) expliquerait cet écart, aux arrondis près.",
            **figures,
            gap=gap_words(finding.facts["gap"]),
            day=kwh(finding.facts["day"]),
        )
    if finding.point is BillPoint.ENERGY_UNKNOWN:
        return _unknown(finding, figures)
    gap = gap_words(finding.facts["gap"])
    if finding.point is BillPoint.ESTIMATED:
        return _(
            "Facture estimée : {billed} facturés, {read} relevés, soit {gap}. Une régularisation"
            " doit suivre.",
            **figures,
            gap=gap,
        )
    return _("Énergie : {billed} facturés, {read} relevés, soit {gap}.", **figures, gap=gap)


def _published(finding: BillFinding, billed: str) -> str:
    """Describe a bill with missing readings, by the period that the distributor published."""
    figures = {"billed": billed, "published": kwh(finding.facts["low"])}
    if finding.point is BillPoint.ENERGY_SAME:
        return _(
            "Énergie : {billed} facturés, {published} publiés par le distributeur pour ces mêmes"
            " jours, à la tolérance près.",
            **figures,
        )
    return _(
        "Énergie : {billed} facturés, {published} publiés par le distributeur pour ces mêmes jours,"
        " soit {gap}.",
        **figures,
        gap=gap_words(finding.facts["gap"]),
    )


def _unknown(finding: BillFinding, figures: Mapping[str, str]) -> str:
    missing, ahead = finding.facts["missing"], finding.facts["ahead"]
    if not missing:
        return _(
            "Énergie : ne peut être vérifiée, trop de jours sont estimés ({billed} facturés,"
            " {read} relevés).",
            **figures,
        )
    why = days_ahead(ahead) if ahead else days_missing(missing)
    if finding.facts["high"] is None and not finding.facts["low"]:  # no reading
        billed = figures["billed"]
        return _("Énergie : ne peut être vérifiée, {missing} ({billed} facturés).",
                 missing=why, billed=billed)  # fmt: skip
    return _(
        "Énergie : ne peut être vérifiée, {missing} ({billed} facturés, {read} relevés).",
        **figures,
        missing=why,
    )


def _run(finding: BillFinding) -> str:
    figures = {
        "billed": kwh(finding.facts["billed"]),
        "read": _read(finding),
        "since": _day(finding.facts["since"]),
    }
    if finding.by_a_day:
        return _(
            "Régularisation : avec les factures estimées depuis le {since}, {billed} facturés et"
            " {read} relevés, soit {gap} ; un jour de plus ou de moins à un bout (jusqu’à {day})"
            " expliquerait cet écart, aux arrondis près.",
            **figures,
            gap=gap_words(finding.facts["gap"]),
            day=kwh(finding.facts["day"]),
        )
    if finding.point is BillPoint.REGULARISES:
        return _(
            "Régularisation : avec les factures estimées depuis le {since}, {billed} facturés et"
            " {read} relevés.",
            **figures,
        )
    return _(
        "Régularisation : avec les factures estimées depuis le {since}, {billed} facturés et {read}"
        " relevés, soit {gap}.",
        **figures,
        gap=gap_words(finding.facts["gap"]),
    )


def _regularised(finding: BillFinding) -> str:
    other = other_words(finding.facts)
    if finding.verdict is BillVerdict.AGREES:
        return _("Estimée, puis régularisée par {other} : l’ensemble concorde.", other=other)
    return _("Estimée, puis régularisée par {other} : l’ensemble ne concorde pas.", other=other)


def _index(finding: BillFinding) -> str:
    figures = {"side": _(SIDES[str(finding.facts["side"])]), "billed": m3(finding.facts["billed"])}
    if finding.point is BillPoint.INDEX_SAME:
        return _("Index de {side} : {billed}, comme au relevé.", **figures)
    if finding.point is BillPoint.INDEX_SHIFTED:
        if amount_of(finding.facts["shift"]) > 0:
            return _(
                "Index de {side} : {billed}, soit le relevé du lendemain : les jours sont"
                " comptés en conséquence.",
                **figures,
            )
        return _(
            "Index de {side} : {billed}, soit le relevé de la veille : les jours sont comptés"
            " en conséquence.",
            **figures,
        )
    read = m3(finding.facts["read"])
    return _("Index de {side} : {billed} sur la facture, {read} au relevé.", **figures, read=read)


def _product(finding: BillFinding) -> str:
    return _(
        "Calcul : {volume} à {coefficient} donnent {product}, et non le chiffre facturé.",
        volume=m3(finding.facts["volume"]),
        coefficient=coefficient(finding.facts["coefficient"]),
        product=kwh(finding.facts["product"]),
    )


def _coefficient(finding: BillFinding) -> str:
    return _(
        "Coefficient : {billed} sur la facture, de {low} à {high} dans les relevés.",
        billed=coefficient(finding.facts["billed"]),
        low=coefficient(finding.facts["low"]),
        high=coefficient(finding.facts["high"]),
    )


def _amount(finding: BillFinding) -> str:
    billed, expected = euros(finding.facts["cents"]), euros(finding.facts["expected"])
    if finding.point is BillPoint.AMOUNT_SAME:
        return _("Prix : {billed} pour les kWh facturés, comme d’après vos prix ({expected}).",
                 billed=billed, expected=expected)  # fmt: skip
    return _(
        "Prix : {billed} pour les kWh facturés, {expected} d’après vos prix.",
        billed=billed,
        expected=expected,
    )


def _beside(finding: BillFinding) -> str:
    other, days = other_words(finding.facts), amount_of(finding.facts["days"])
    if finding.point is BillPoint.OVERLAP:
        days_label = plural("{count} jour est aussi", "{count} jours sont aussi", days)
        return _("Chevauchement : {said} sur {other}.", said=days_label, other=other)
    days_label = plural("{count} jour n’est", "{count} jours ne sont", days)
    return _("Trou : {said} sur aucune facture après {other}.", said=days_label, other=other)


def _unpriced(finding: BillFinding) -> str:
    count = amount_of(finding.facts["days"])
    days_label = plural("{count} jour est", "{count} jours sont", count)
    return _("Prix : non vérifié, {said} sans prix du gaz saisi.", said=days_label)


def _back(finding: BillFinding) -> str:
    start, end = m3(finding.facts["start"]), m3(finding.facts["end"])
    return _("Index : la fin ({end}) est avant le début ({start}).", start=start, end=end)


SAID: Mapping[BillPoint, Callable[[BillFinding], str]] = {
    **dict.fromkeys(
        (
            BillPoint.ENERGY_SAME,
            BillPoint.ENERGY_NEAR,
            BillPoint.ENERGY_OFF,
            BillPoint.ENERGY_UNKNOWN,
            BillPoint.ESTIMATED,
        ),
        _energy,
    ),
    **dict.fromkeys((BillPoint.INDEX_SAME, BillPoint.INDEX_SHIFTED, BillPoint.INDEX_OFF), _index),
    **dict.fromkeys((BillPoint.REGULARISES, BillPoint.RUN_OFF), _run),
    **dict.fromkeys((BillPoint.AMOUNT_SAME, BillPoint.AMOUNT_OFF), _amount),
    **dict.fromkeys((BillPoint.OVERLAP, BillPoint.GAP), _beside),
    BillPoint.INDEX_BACK: _back,
    BillPoint.PRODUCT_OFF: _product,
    BillPoint.COEFFICIENT_OFF: _coefficient,
    BillPoint.AMOUNT_UNPRICED: _unpriced,
    BillPoint.REGULARISED: _regularised,
}
DO: Mapping[BillPoint, str] = {
    BillPoint.ENERGY_OFF: N_(
        "Demandez à votre fournisseur sur quels index et quel coefficient ces kWh sont calculés,"
        " en joignant les relevés."
    ),
    BillPoint.ENERGY_NEAR: N_(
        "Saisissez les index de cette facture, ou demandez-les à votre fournisseur : ils disent si"
        " un jour explique cet écart."
    ),
    BillPoint.RUN_OFF: N_(
        "Demandez à votre fournisseur le détail de la régularisation : les kWh estimés y sont-ils"
        " tous déduits ?"
    ),
    BillPoint.ENERGY_UNKNOWN: N_(
        "Importez les jours manquants, ou attendez qu’ils arrivent : la facture est revérifiée à"
        " chaque ouverture."
    ),
    BillPoint.ESTIMATED: N_(
        "Donnez à votre fournisseur l’index lu au compteur, ou vérifiez la facture suivante."
    ),
    BillPoint.INDEX_OFF: N_(
        "Vérifiez la saisie ; sinon, demandez à votre fournisseur d’où vient cet index."
    ),
    BillPoint.INDEX_BACK: N_(
        "Le compteur a-t-il été changé, ou est-il repassé par zéro ? Sinon, vérifiez la saisie."
    ),
    BillPoint.PRODUCT_OFF: N_(
        "Vérifiez la saisie ; sinon, demandez à votre fournisseur le détail du calcul."
    ),
    BillPoint.COEFFICIENT_OFF: N_(
        "Demandez à votre fournisseur le coefficient de conversion que le distributeur a publié"
        " pour ces jours."
    ),
    BillPoint.AMOUNT_OFF: N_(
        "Vérifiez que vos prix sont complets, taxes comprises ; sinon, demandez à votre"
        " fournisseur le détail du montant."
    ),
    BillPoint.AMOUNT_UNPRICED: N_(
        "Saisissez les prix de ces jours pour que le montant soit vérifié."
    ),
    BillPoint.OVERLAP: N_(
        "Ces jours sont peut-être payés deux fois : demandez un avoir à votre fournisseur, ou"
        " retirez la facture saisie en double."
    ),
    BillPoint.GAP: N_("Saisissez la facture de ces jours, ou demandez-la à votre fournisseur."),
}


def advice(finding: BillFinding) -> str | None:
    """Return what to do about a finding, None if nothing."""
    if finding.point is BillPoint.ENERGY_UNKNOWN and finding.facts["ahead"]:
        return _(
            "Attendez que ces jours soient passés et leurs relevés reçus : il n’y a rien à"
            " importer."
        )
    return _(DO[finding.point]) if finding.point in DO else None
