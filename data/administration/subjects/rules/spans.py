"""Describe the retention period of a class."""

from core.i18n import _, plural
from data.administration.subjects.types import ClassRule, Periods, RetentionSpan


def span_words(rule: ClassRule, periods: Periods) -> str:
    """Return the retention as text, such as `5 ans après la fin du droit`, in the language."""
    lasts = rule.lasts(periods)
    if lasts.endless:
        return _("tant que le service ou le droit en a besoin")
    return _("{span} après {since}", span=_span_text(lasts), since=_(rule.since))


def _span_text(span: RetentionSpan) -> str:
    if span.years:
        return plural("{count} an", "{count} ans", span.years)
    return plural("{count} jour", "{count} jours", span.days)
