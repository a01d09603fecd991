"""Render the warnings before a threshold is set on many PCEs, or duplicated."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import alert, html, link
from components.thresholds.editor_context import DraftTrial
from components.thresholds.form import OWN, SEVERAL, TAG
from components.thresholds.labels import LIKES, kwh
from components.thresholds.trial import years_of
from core.i18n import _, number, plural
from data.thresholds.types import BackTest, GroupTest, ThresholdKind

UNLIKE = 2  # ratio of sizes above which common values are unsuitable


def group_lines(group: GroupTest, test: BackTest) -> list[Component]:
    """Return the trial on all PCEs, as one alone is not representative."""
    return [
        html.P(group_head(group, years_of(test)), className="thresholds-trial-head"),
        html.P(group_note(group), className="thresholds-trial-note"),
    ]


def group_head(group: GroupTest, years: str) -> str:
    alerts = plural("{count} alerte", "{count} alertes", group.exceeded)
    return _("{alerts} en {years} sur {count} PCE", alerts=alerts, years=years, count=tried(group))


def group_note(group: GroupTest) -> str:
    alerted = plural("{count} PCE aurait alerté", "{count} PCE auraient alerté", group.alerted)
    if group.tried == group.pces:
        return _("{alerted} ; essai sur tous les PCE du groupe", alerted=alerted)
    return _(
        "{alerted} ; essai sur un échantillon de {tried} PCE parmi {pces}",
        alerted=alerted,
        tried=tried(group),
        pces=number(group.pces),
    )


def tried(group: GroupTest) -> str:
    return number(group.tried)


def alike_notice(tried: DraftTrial) -> list[Component]:
    """Return a notice about a similar threshold on the same PCEs, with a link."""
    if not tried.similar_by_pce:
        return []
    what = _(LIKES[tried.form.choice])
    first = next(iter(tried.similar_by_pce.values()))
    if tried.watched == 1:
        title = _("{what} existe déjà sur ce PCE : le modifier ?", what=what)
    else:
        count = len(tried.similar_by_pce)
        title = plural(
            "{what} existe déjà sur {count} de ces PCE",
            "{what} existe déjà sur {count} de ces PCE",
            count,
            what=what,
        )
    warning = _("« {name} » restera évalué : ce PCE alerterait deux fois.", name=first.name)
    edit_link = link(_("Modifier « {name} »", name=first.name), f"/seuils?edit={first.id}")
    return [alert(title, warning, "info", actions=edit_link)]


def sizes_notice(tried: DraftTrial) -> list[Component]:
    """Return a warning about common values for sites of different size, with an alternative."""
    group, form = tried.group, tried.form
    fixed = form.draft.kind is ThresholdKind.FIXED
    if group is None or not fixed or form.each == OWN or form.id is not None:
        return []
    if group.most_wh < group.least_wh * UNLIKE:
        return []
    title = plural(
        "Les mêmes valeurs pour {count} site", "Les mêmes valeurs pour {count} sites", group.pces
    )
    warning = _(
        "Ces sites n’ont pas la même taille : de {least} à {most} par an. Une valeur juste pour"
        " l’un alertera sans cesse, ou jamais, pour l’autre.",
        least=kwh(group.least_wh),
        most=kwh(group.most_wh),
    )
    return [alert(title, warning, "warn", actions=_own_way(tried))]


def _own_way(tried: DraftTrial) -> Sequence[Component | str]:
    scope = tried.form.scope
    if scope == SEVERAL:
        return [
            _(
                "Dans « Faire », choisissez plutôt « un seuil par PCE, chacun ses"
                " valeurs proposées »."
            )
        ]
    tag = scope.removeprefix(TAG)
    words = _("Poser plutôt à chacun ses valeurs proposées")
    return [link(words, f"/seuils?many=1&kind={tried.form.choice}&tag={tag}&each=1")]
