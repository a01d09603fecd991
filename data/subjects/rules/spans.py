"""How long a class is kept, in words."""

from data.subjects.types import ClassRule, Periods, Span
from i18n import _, plural


def span_words(rule: ClassRule, periods: Periods) -> str:
    """`5 ans après la fin du droit`, in the language spoken."""
    lasts = rule.lasts(periods)
    if lasts.endless:
        return _("tant que le service ou le droit en a besoin")
    return _("{span} après {since}", span=_said(lasts), since=_(rule.since))


def _said(span: Span) -> str:
    if span.years:
        return plural("{count} an", "{count} ans", span.years)
    return plural("{count} jour", "{count} jours", span.days)
