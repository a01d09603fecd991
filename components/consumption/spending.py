"""Describe the prices or surfaces behind amounts, and what to do if there are none."""

from datetime import date
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.colleagues import ask_by_role, sentence_of
from components.kit import button, empty, html, link
from components.surfaces.form import site_address
from components.surfaces.similar import group_words
from core.access import Permission, Viewer
from core.i18n import _, number, plural
from data.metering.consumption.types import Series, Unit
from data.metering.consumption.types.similar import FEWEST_SIMILAR, SimilarBand
from data.notifications.types import HelpSubject


def spending(series: Series) -> list[Component]:
    """Return whose prices apply, and the number of days without price."""
    if series.view.unit is not Unit.EUR or not series.priced:
        return []
    unpriced = series.total.days_unpriced if series.total else 0
    sentence = _("D’après les prix de votre organisation, parts fixes et taxes comprises.")
    lacking = plural(
        "{count} jour sans prix n’est pas compté.",
        "{count} jours sans prix ne sont pas comptés.",
        unpriced,
    )
    words = f"{sentence} {lacking} " if unpriced else f"{sentence} "
    prices_link = link(_("Voir les prix de ce PCE"), f"/prix?{urlencode({'pce': series.number})}")
    return [html.P([words, prices_link], className="consumption-axis")]


def lacks_price(series: Series) -> bool:
    """Return whether the screen is in euros and some of its days have no price."""
    total = series.total
    return series.view.unit is Unit.EUR and (
        not series.priced or (total is not None and total.days_unpriced > 0)
    )


def lacks_surface(series: Series) -> bool:
    """Return whether the screen is in kWh a square metre and some of its days have no surface."""
    total = series.total
    return series.view.unit is Unit.M2 and total is not None and total.days_unpriced > 0


def lacking_words(series: Series) -> str:
    """Return what days lack in the unit of the screen, empty when nothing."""
    if lacks_surface(series):
        return _("aucune surface pour ces jours")
    return _("aucun prix pour ces jours") if lacks_price(series) else ""


def surface_notes(series: Series) -> list[Component]:
    """Return how energies a square metre are computed, and what the band shows or lacks."""
    is_by_area = series.view.unit is Unit.M2 and series.priced
    sentences = [_("Chaque jour compte sur la surface connue ce jour-là.")] if is_by_area else []
    if is_by_area and lacks_surface(series) and series.total:
        sentences.append(
            plural(
                "{count} jour sans surface n’est pas compté.",
                "{count} jours sans surface ne sont pas comptés.",
                series.total.days_unpriced,
            )
        )
    if series.similar:
        sentences += _band_words(series.similar, series.view.unit)
    elif series.view.similar and series.tells:
        sentences.append(_("Les sites semblables se comparent par mois, en kWh ou kWh/m²."))
    if not sentences:
        return []
    site = link(_("Voir sa surface et son groupe"), f"/pces?{urlencode({'pce': series.number})}")
    return [html.P([" ".join(sentences), " ", site], className="consumption-axis")]


def _band_words(band: SimilarBand, unit: Unit) -> list[str]:
    """Return who the similar sites are, or what lacks for a band."""
    if band.group is None:
        return [
            _(
                "Pas de bande de sites semblables\u00a0: il faut la surface de ce site, son usage"
                " et douze mois connus."
            )
        ]
    if band.count < FEWEST_SIMILAR:
        few = plural(
            "Pas de bande de sites semblables\u00a0: {count} site lisible de même usage, taille"
            " et station météo, il en faut {most}.",
            "Pas de bande de sites semblables\u00a0: {count} sites lisibles de même usage, taille"
            " et station météo, il en faut {most}.",
            band.count,
            most=FEWEST_SIMILAR,
        )
        return [few]
    if not band.is_drawn:
        return [_("Pas de bande de sites semblables\u00a0: aucun mois complet n’est affiché.")]
    group = {"group": group_words(band.group), "station": band.station}
    middle = _(
        "Bande\u00a0: la moitié du milieu de {count} sites semblables ({group}, station météo"
        " {station}, donc même climat), mois complets.",
        count=number(band.count),
        **group,
    )
    scaled = [_("Elle est ramenée à la surface de ce site.")] if unit is Unit.KWH else []
    return [middle, *scaled]


def lacks_earlier_price(series: Series, month: date) -> bool:
    """Return whether a year-earlier value exists for `month`, so that only its price is missing."""
    first = series.history_first
    has_earlier_year = first is not None and first <= month.replace(year=month.year - 1, day=1)
    return series.view.unit is Unit.EUR and has_earlier_year


def tariff_link(series: Series, viewer: Viewer) -> list[Component]:
    """Return the link to enter a tariff, beside energies that no price turns into euros.

    Where prices cover some of the days only, it leads to those of the PCE.
    """
    is_priced = series.costs is not None and series.costs.period is not None
    if is_priced or series.view.unit not in {Unit.KWH, Unit.M3}:
        return []
    if not (series.tells and viewer.may(Permission.PRICES_WRITE)):
        return []
    site = urlencode({"pce": series.number})
    words, href = _("Saisir le tarif"), f"/prix?new=1&{site}"
    if series.costs is not None:
        words, href = _("Compléter les tarifs"), f"/prix?{site}"
    return [link(words, href, className="figure-tariff")]


def unpriced(series: Series, viewer: Viewer) -> list[Component]:
    """Return what replaces a chart without prices or surfaces, if its days have values."""
    total = series.total
    if lacks_surface(series):
        return [_without_surface(series, viewer)]
    if series.view.unit is not Unit.EUR or total is None or not total.days_unpriced:
        return []
    here = urlencode({"pce": series.number})
    if series.priced:
        title = _("Aucun prix sur cette période")
        text = _("Les prix saisis ne couvrent aucun de ces jours : ajoutez celui de l’époque.")
    else:
        title = _("Aucun prix saisi pour ce PCE")
        text = _("Saisissez une fois vos prix : chaque consommation s’affichera en euros.")
    if not viewer.may(Permission.PRICES_WRITE):
        text = sentence_of((), HelpSubject.PRICES)
        acts = ask_by_role(HelpSubject.PRICES, series.number)
    else:
        acts = [button(_("Saisir les prix"), href=f"/prix?new=1&{here}", kind="primary")]
    return [empty("currency-euro", title, text, acts, heading=3)]


def _without_surface(series: Series, viewer: Viewer) -> Component:
    title = _("Aucune surface connue sur cette période")
    text = _("Sans surface chauffée, pas de kWh/m². Choisissez une autre unité.")
    acts: list[Component] = []
    if viewer.may(Permission.PCES_WRITE):
        text = _("Donnez la surface chauffée du site et ses dates, ou choisissez une autre unité.")
        href = site_address(series.number, "new")
        acts = [button(_("Ajouter une surface"), href=href, kind="primary")]
    return empty("rulers", title, text, acts, heading=3)
