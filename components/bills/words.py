"""What is said of a bill, in words: each point in a sentence, and what to do about it."""

from collections.abc import Callable, Mapping
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
from data.bills.types import Finding, Nature, Point, Verdict
from i18n import N_, _, plural, short_day

NATURES: Mapping[Nature, str] = {
    Nature.MEASURED: N_("Sur un relevé"),
    Nature.ESTIMATED: N_("Sur une estimation"),
}
VERDICTS: Mapping[Verdict, tuple[str, str, str]] = {  # words, icon, tone
    Verdict.DIFFERS: (N_("diffère"), "exclamation-octagon-fill", "bad"),
    Verdict.TO_CHECK: (N_("à vérifier"), "exclamation-triangle-fill", "warn"),
    Verdict.UNKNOWN: (N_("invérifiable"), "question-circle", "mute"),
    Verdict.AGREES: (N_("concorde"), "check-circle-fill", "ok"),
}
SIDES = {"start": N_("début"), "end": N_("fin")}


def other_words(told: Mapping[str, object]) -> str:
    """Which other bill: by its number, else by its days."""
    days = _("du {first} au {last}", first=_day(told["first"]), last=_day(told["last"]))
    if told["number"]:
        return _("la facture {number}, {days}", number=told["number"], days=days)
    return _("la facture {days}", days=days)


def _day(value: object) -> str:
    return short_day(value) if isinstance(value, date) else ""


def sentence(found: Finding) -> str:
    """What *found* says."""
    return SAID[found.point](found)


def _read(found: Finding) -> str:
    low, high = found.told["low"], found.told["high"]
    return read_words(amount_of(low), None if high is None else amount_of(high))


def _energy(found: Finding) -> str:
    told = {"billed": kwh(found.told["billed"]), "read": _read(found)}
    if found.told.get("published"):
        return _published(found, told["billed"])
    if found.point is Point.ENERGY_SAME:
        leeway = kwh(found.told["leeway"])
        return _(
            "Énergie : {billed} facturés, {read} relevés, à la tolérance près ({leeway}).",
            **told,
            leeway=leeway,
        )
    if found.point is Point.ENERGY_NEAR:
        return _(
            "Énergie : {billed} facturés, {read} relevés, soit {gap} ; un jour de plus ou de moins"
            " à un bout de la facture expliquerait cet écart.",
            **told,
            gap=gap_words(found.told["gap"]),
        )
    if found.point is Point.ENERGY_UNKNOWN:
        return _unknown(found, told)
    gap = gap_words(found.told["gap"])
    if found.point is Point.ESTIMATED:
        return _(
            "Facture estimée : {billed} facturés, {read} relevés, soit {gap}. Une régularisation"
            " doit suivre.",
            **told,
            gap=gap,
        )
    return _("Énergie : {billed} facturés, {read} relevés, soit {gap}.", **told, gap=gap)


def _published(found: Finding, billed: str) -> str:
    """Of a bill whose days are not all read, by the period that the distributor published."""
    told = {"billed": billed, "published": kwh(found.told["low"])}
    if found.point is Point.ENERGY_SAME:
        return _(
            "Énergie : {billed} facturés, {published} publiés par le distributeur pour ces mêmes"
            " jours, à la tolérance près.",
            **told,
        )
    return _(
        "Énergie : {billed} facturés, {published} publiés par le distributeur pour ces mêmes jours,"
        " soit {gap}.",
        **told,
        gap=gap_words(found.told["gap"]),
    )


def _unknown(found: Finding, told: Mapping[str, str]) -> str:
    missing, ahead = found.told["missing"], found.told["ahead"]
    if not missing:
        return _(
            "Énergie : ne peut être vérifiée, trop de jours sont estimés ({billed} facturés,"
            " {read} relevés).",
            **told,
        )
    why = days_ahead(ahead) if ahead else days_missing(missing)
    if found.told["high"] is None and not found.told["low"]:  # nothing was read
        billed = told["billed"]
        return _("Énergie : ne peut être vérifiée, {missing} ({billed} facturés).",
                 missing=why, billed=billed)  # fmt: skip
    return _(
        "Énergie : ne peut être vérifiée, {missing} ({billed} facturés, {read} relevés).",
        **told,
        missing=why,
    )


def _run(found: Finding) -> str:
    told = {
        "billed": kwh(found.told["billed"]),
        "read": _read(found),
        "since": _day(found.told["since"]),
    }
    if found.by_a_day:
        return _(
            "Régularisation : avec les factures estimées depuis le {since}, {billed} facturés et"
            " {read} relevés, soit {gap} ; un jour de plus ou de moins à un bout expliquerait cet"
            " écart.",
            **told,
            gap=gap_words(found.told["gap"]),
        )
    if found.point is Point.REGULARISES:
        return _(
            "Régularisation : avec les factures estimées depuis le {since}, {billed} facturés et"
            " {read} relevés.",
            **told,
        )
    return _(
        "Régularisation : avec les factures estimées depuis le {since}, {billed} facturés et {read}"
        " relevés, soit {gap}.",
        **told,
        gap=gap_words(found.told["gap"]),
    )


def _regularised(found: Finding) -> str:
    other = other_words(found.told)
    if found.verdict is Verdict.AGREES:
        return _("Estimée, puis régularisée par {other} : l’ensemble concorde.", other=other)
    return _("Estimée, puis régularisée par {other} : l’ensemble ne concorde pas.", other=other)


def _index(found: Finding) -> str:
    told = {"side": _(SIDES[str(found.told["side"])]), "billed": m3(found.told["billed"])}
    if found.point is Point.INDEX_SAME:
        return _("Index de {side} : {billed}, comme au relevé.", **told)
    if found.point is Point.INDEX_SHIFTED:
        if amount_of(found.told["shift"]) > 0:
            return _(
                "Index de {side} : {billed}, soit le relevé du lendemain : les jours sont"
                " comptés en conséquence.",
                **told,
            )
        return _(
            "Index de {side} : {billed}, soit le relevé de la veille : les jours sont comptés"
            " en conséquence.",
            **told,
        )
    read = m3(found.told["read"])
    return _("Index de {side} : {billed} sur la facture, {read} au relevé.", **told, read=read)


def _product(found: Finding) -> str:
    return _(
        "Calcul : {volume} à {coefficient} donnent {product}, et non le chiffre facturé.",
        volume=m3(found.told["volume"]),
        coefficient=coefficient(found.told["coefficient"]),
        product=kwh(found.told["product"]),
    )


def _coefficient(found: Finding) -> str:
    return _(
        "Coefficient : {billed} sur la facture, de {low} à {high} dans les relevés.",
        billed=coefficient(found.told["billed"]),
        low=coefficient(found.told["low"]),
        high=coefficient(found.told["high"]),
    )


def _amount(found: Finding) -> str:
    billed, expected = euros(found.told["cents"]), euros(found.told["expected"])
    if found.point is Point.AMOUNT_SAME:
        return _("Montant : {billed}, comme d’après vos prix ({expected}).",
                 billed=billed, expected=expected)  # fmt: skip
    return _(
        "Montant : {billed} sur la facture, {expected} d’après vos prix pour les mêmes kWh.",
        billed=billed,
        expected=expected,
    )


def _beside(found: Finding) -> str:
    other, days = other_words(found.told), amount_of(found.told["days"])
    if found.point is Point.OVERLAP:
        said = plural("{count} jour est aussi", "{count} jours sont aussi", days)
        return _("Chevauchement : {said} sur {other}.", said=said, other=other)
    said = plural("{count} jour n’est", "{count} jours ne sont", days)
    return _("Trou : {said} sur aucune facture après {other}.", said=said, other=other)


def _unpriced(found: Finding) -> str:
    count = amount_of(found.told["days"])
    said = plural("{count} jour est", "{count} jours sont", count)
    return _("Montant : non vérifié, {said} sans prix du gaz saisi.", said=said)


def _back(found: Finding) -> str:
    start, end = m3(found.told["start"]), m3(found.told["end"])
    return _("Index : la fin ({end}) est avant le début ({start}).", start=start, end=end)


SAID: Mapping[Point, Callable[[Finding], str]] = {
    **dict.fromkeys(
        (
            Point.ENERGY_SAME,
            Point.ENERGY_NEAR,
            Point.ENERGY_OFF,
            Point.ENERGY_UNKNOWN,
            Point.ESTIMATED,
        ),
        _energy,
    ),
    **dict.fromkeys((Point.INDEX_SAME, Point.INDEX_SHIFTED, Point.INDEX_OFF), _index),
    **dict.fromkeys((Point.REGULARISES, Point.RUN_OFF), _run),
    **dict.fromkeys((Point.AMOUNT_SAME, Point.AMOUNT_OFF), _amount),
    **dict.fromkeys((Point.OVERLAP, Point.GAP), _beside),
    Point.INDEX_BACK: _back,
    Point.PRODUCT_OFF: _product,
    Point.COEFFICIENT_OFF: _coefficient,
    Point.AMOUNT_UNPRICED: _unpriced,
    Point.REGULARISED: _regularised,
}
DO: Mapping[Point, str] = {
    Point.ENERGY_OFF: N_(
        "Demandez à votre fournisseur sur quels index et quel coefficient ces kWh sont calculés,"
        " en joignant les relevés."
    ),
    Point.ENERGY_NEAR: N_(
        "Saisissez les index de cette facture, ou demandez-les à votre fournisseur : ils disent si"
        " un jour explique cet écart."
    ),
    Point.RUN_OFF: N_(
        "Demandez à votre fournisseur le détail de la régularisation : les kWh estimés y sont-ils"
        " tous déduits ?"
    ),
    Point.ENERGY_UNKNOWN: N_(
        "Importez les jours manquants, ou attendez qu’ils arrivent : la facture est revérifiée à"
        " chaque ouverture."
    ),
    Point.ESTIMATED: N_(
        "Donnez à votre fournisseur l’index lu au compteur, ou vérifiez la facture suivante."
    ),
    Point.INDEX_OFF: N_(
        "Vérifiez la saisie ; sinon, demandez à votre fournisseur d’où vient cet index."
    ),
    Point.INDEX_BACK: N_(
        "Le compteur a-t-il été changé, ou est-il repassé par zéro ? Sinon, vérifiez la saisie."
    ),
    Point.PRODUCT_OFF: N_(
        "Vérifiez la saisie ; sinon, demandez à votre fournisseur le détail du calcul."
    ),
    Point.COEFFICIENT_OFF: N_(
        "Demandez à votre fournisseur le coefficient de conversion que le distributeur a publié"
        " pour ces jours."
    ),
    Point.AMOUNT_OFF: N_(
        "Vérifiez que vos prix sont complets, taxes comprises ; sinon, demandez à votre"
        " fournisseur le détail du montant."
    ),
    Point.AMOUNT_UNPRICED: N_("Saisissez les prix de ces jours pour que le montant soit vérifié."),
    Point.OVERLAP: N_(
        "Ces jours sont peut-être payés deux fois : demandez un avoir à votre fournisseur, ou"
        " retirez la facture saisie en double."
    ),
    Point.GAP: N_("Saisissez la facture de ces jours, ou demandez-la à votre fournisseur."),
}


def advice(found: Finding) -> str | None:
    """What to do about *found*, if something is to be done."""
    if found.point is Point.ENERGY_UNKNOWN and found.told["ahead"]:
        return _(
            "Attendez que ces jours soient passés et leurs relevés reçus : il n’y a rien à"
            " importer."
        )
    return _(DO[found.point]) if found.point in DO else None
