"""The few shapes of a mail in HTML: tables and inline style, as mail readers want them."""

from collections.abc import Iterable, Sequence
from html import escape

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


def page(language: str, operator: str, body: Iterable[str], foot: Iterable[str]) -> str:
    """A card of 600 pixels at most on a grey ground; it narrows with the screen."""
    brand = f'<p style="margin:0 0 24px;font-size:15px;font-weight:600">{escape(operator)}</p>'
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


def heading(text: str) -> str:
    style = "margin:0 0 8px;font-size:22px;line-height:1.3;font-weight:600"
    return f'<h1 style="{style}">{escape(text)}</h1>'


def section(text: str) -> str:
    style = "margin:24px 0 4px;font-size:16px;font-weight:600"
    return f'<h2 style="{style}">{escape(text)}</h2>'


def paragraph(text: str) -> str:
    return f'<p style="margin:0 0 16px;font-size:15px;line-height:1.6">{escape(text)}</p>'


def entries(items: Iterable[tuple[str, str, str]]) -> str:
    """A list of linked lines: tag, text and address of each."""
    rows = "".join(
        f'<li style="margin:0 0 4px"><strong>{escape(tag)}</strong> – '
        f'<a style="color:{BLUE}" href="{escape(address)}">{escape(text)}</a></li>'
        for tag, text, address in items
    )
    return f'<ul style="margin:0;padding-left:20px;font-size:14px;line-height:1.5">{rows}</ul>'


def facts(items: Sequence[tuple[str, str]], *, worse: int) -> str:
    """Figures side by side; the one at *worse* is red and carries a mark, never colour alone."""
    cells = "".join(
        f'<td valign="top" style="padding:12px 8px 12px 0"><div style="font-size:13px;'
        f'color:{SOFT}">{escape(name)}</div><div style="font-size:18px;font-weight:600;'
        f'white-space:nowrap;{f"color:{RED}" if place == worse else ""}">'
        f"{'▲ ' if place == worse else ''}{escape(value)}</div></td>"
        for place, (name, value) in enumerate(items)
    )
    style = f"border-top:1px solid {LINE};border-bottom:1px solid {LINE};margin:0 0 20px"
    return (
        f'<table width="100%" cellpadding="0" cellspacing="0" style="{style}">'
        f"<tr>{cells}</tr></table>"
    )


def bars(title: str, values: Sequence[int | None], *, from_place: int) -> str:
    """A bar a day, red from *from_place* on; an absent day keeps its place, empty."""
    most = max((value for value in values if value), default=0)
    if not most:
        return ""
    cells = "".join(
        '<td valign="bottom" style="padding:0 1px">'
        f'<div style="height:{round(_TALL * max(0, value or 0) / most)}px;font-size:0;'
        f'background:{RED if place >= from_place else BLUE}">&nbsp;</div></td>'
        for place, value in enumerate(values)
    )
    return (
        f'<p style="margin:0 0 8px;font-size:13px;font-weight:600">{escape(title)}</p>'
        f'<table role="img" aria-label="{escape(title)}" width="100%" cellpadding="0" '
        f'cellspacing="0" style="height:{_TALL}px;border-bottom:1px solid {SOFT};'
        f'margin:0 0 24px;table-layout:fixed"><tr>{cells}</tr></table>'
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
    shown = " · ".join(
        f'<a style="{style}" href="{escape(address)}">{escape(text)}</a>' for text, address in items
    )
    return f'<p style="margin:0;color:{SOFT}">{shown}</p>'
