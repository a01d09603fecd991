"""Build mail HTML: tables and inline styles, as mail clients need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from data.upstream_message import UpstreamMessage

INK, SOFT, LINE, BLUE, RED, GROUND = (
    "#111827",
    "#4B5563",
    "#D1D5DB",
    "#0B5FA5",
    "#B3261E",
    "#F3F4F6",
)
_FONT = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_TALL = 96  # pixels of the highest bar
_WIDE = 4  # figures side by side
_WORDS = 4  # minimum places for text


def page(language: str, operator: str, body: Iterable[str], foot: Iterable[str]) -> str:
    """Return a page with a card of at most 600 pixels, narrower on small screens."""
    brand = _brand(operator)
    small = f"margin:0;font-size:12px;line-height:1.5;color:{SOFT}"
    footer = "".join(f'<p style="{small}">{escape(line)}</p>' for line in foot)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light"></head>'
        f'<body style="margin:0;background:{GROUND};color:{INK};{_FONT}">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>'
        '<td align="center" style="padding:24px 8px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:600px;background:#fff;border:1px solid {LINE};border-radius:8px">'
        f'<tr><td style="padding:24px 32px">{brand}{"".join(body)}</td></tr>'
        f'<tr><td style="padding:20px 32px;border-top:1px solid {LINE}">{footer}</td></tr>'
        "</table></td></tr></table></body></html>"
    )


def _brand(operator: str) -> str:
    """Return the operator's name with its first letter as a logo."""
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 24px"><tr>'
        f'<td width="24" height="24" align="center" style="background:{BLUE};border-radius:6px;'
        'color:#fff;font-size:14px;font-weight:700;line-height:24px" aria-hidden="true">'
        f"{escape(operator[:1].upper())}</td>"
        '<td style="padding-left:10px;font-size:15px;font-weight:600">'
        f"{escape(operator)}</td></tr></table>"
    )


def heading(text: str) -> str:
    style = "margin:0 0 8px;font-size:22px;line-height:1.3;font-weight:600"
    return f'<h1 style="{style}">{escape(text)}</h1>'


def section(text: str) -> str:
    style = "margin:24px 0 4px;font-size:16px;font-weight:600"
    return f'<h2 style="{style}">{escape(text)}</h2>'


def paragraph(text: str | UpstreamMessage) -> str:
    sentence = text if isinstance(text, UpstreamMessage) else UpstreamMessage(text)
    quote = f'<span lang="fr">{escape(sentence.quote)}</span>' if sentence.quote else ""
    words = f"{escape(sentence.before)}{quote}{escape(sentence.after)}"
    return f'<p style="margin:0 0 16px;font-size:15px;line-height:1.6">{words}</p>'


def entries(items: Iterable[tuple[str, str, str]]) -> str:
    """Return a list of linked lines, from tag, text and address of each."""
    rows = "".join(
        f'<li style="margin:0 0 4px"><strong>{escape(tag)}</strong> – '
        f'<a style="color:{BLUE}" href="{escape(address)}">{escape(text)}</a></li>'
        for tag, text, address in items
    )
    return f'<ul style="margin:0;padding-left:20px;font-size:14px;line-height:1.5">{rows}</ul>'


def facts(items: Sequence[tuple[str, str]], *, worse: int) -> str:
    """Return figures side by side; the one at `worse` is red and marked, not only by colour."""
    cells = [_fact(name, value, worse=at == worse) for at, (name, value) in enumerate(items)]
    cell_rows = [cells[start : start + _WIDE] for start in range(0, len(cells), _WIDE)]
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in cell_rows)
    style = f"border-top:1px solid {LINE};border-bottom:1px solid {LINE};margin:0 0 20px"
    return f'<table width="100%" cellpadding="0" cellspacing="0" style="{style}">{rows}</table>'


def _fact(name: str, value: str, *, worse: bool) -> str:
    look = f"font-size:18px;font-weight:600;white-space:nowrap;{f'color:{RED}' if worse else ''}"
    return (
        f'<td valign="top" style="padding:12px 8px 12px 0"><div style="font-size:13px;'
        f'color:{SOFT}">{escape(name)}</div>'
        f'<div style="{look}">{"▲ " if worse else ""}{escape(value)}</div></td>'
    )


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of a mail: the last `after` of them are beyond the limit, labelled `mark`.

    `ahead` places are left for the future, labelled `coming`; `ends` label the axis.
    """

    title: str
    values: Sequence[int | None]
    after: int
    mark: str
    ahead: int
    coming: str
    ends: tuple[str, str]


def bars(shown: Bars) -> str:
    """Return the bars as table cells, without images; a missing day leaves an empty place."""
    most = max((value for value in shown.values if value), default=0)
    if not most:
        return ""
    red = len(shown.values) - shown.after
    cells = "".join(
        _bar(round(_TALL * max(0, value or 0) / most), RED if place >= red else BLUE)
        for place, value in enumerate(shown.values)
    )
    return (
        _over_bars(shown)
        + f'<table role="img" aria-label="{escape(shown.title)}" width="100%" cellpadding="0" '
        f'cellspacing="0" style="height:{_TALL}px;border-bottom:1px solid {SOFT};'
        f'table-layout:fixed"><tr>{cells}{_to_come(shown)}</tr></table>' + _under_bars(*shown.ends)
    )


def _bar(height: int, colour: str) -> str:
    return (
        '<td valign="bottom" style="padding:0 1px">'
        f'<div style="height:{height}px;font-size:0;background:{colour}">&nbsp;</div></td>'
    )


def _to_come(chart: Bars) -> str:
    if not chart.ahead:
        return ""
    words = escape(chart.coming) if chart.ahead > _WORDS else ""
    style = f"background:{GROUND};font-size:12px;color:{SOFT}"
    return f'<td colspan="{chart.ahead}" align="center" style="{style}">{words}</td>'


def _over_bars(chart: Bars) -> str:
    legend = f'<span style="color:{RED}">■</span> {escape(chart.mark)}' if chart.after else ""
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>'
        f'<td style="padding:0 0 8px;font-size:13px;font-weight:600">{escape(chart.title)}</td>'
        f'<td align="right" style="padding:0 0 8px;font-size:13px;color:{SOFT}">{legend}</td>'
        "</tr></table>"
    )


def _under_bars(first: str, last: str) -> str:
    small = f"font-size:12px;color:{SOFT}"
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="margin:4px 0 24px"><tr><td style="{small}">{escape(first)}</td>'
        f'<td align="right" style="{small}">{escape(last)}</td></tr></table>'
    )


def button(text: str, address: str) -> str:
    style = (
        f"display:inline-block;background:{BLUE};color:#fff;text-decoration:none;"
        "font-size:15px;font-weight:600;padding:12px 20px;border-radius:8px"
    )
    return (
        '<p style="margin:24px 0 16px">'
        f'<a style="{style}" href="{escape(address)}">{escape(text)}</a></p>'
    )


def links(items: Iterable[tuple[str, str]]) -> str:
    style = f"color:{BLUE};font-size:14px"
    anchors = " · ".join(
        f'<a style="{style}" href="{escape(address)}">{escape(text)}</a>' for text, address in items
    )
    return f'<p style="margin:0;color:{SOFT}">{anchors}</p>'
