"""Render a sentence that quotes the distributor, in French in any language."""

from components.kit import Child, html
from data.upstream_message import UpstreamMessage


def quoted_sentence(told: UpstreamMessage) -> list[Child]:
    quotation = [html.Span(told.quote, lang="fr")] if told.quote else []
    return [told.before, *quotation, told.after]
