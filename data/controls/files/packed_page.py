"""Render the page inside an evidence pack: plain HTML, no scripts or images."""

from collections.abc import Iterable, Mapping
from html import escape

from core.i18n import _, clock, language, short_day
from data.controls.types.pieces import ControlEvidence

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;"
    "border-bottom:1px solid #999;padding:.3rem .6rem .3rem 0}code{overflow-wrap:anywhere}"
    "td{white-space:pre-wrap}"
)


def page(evidence: ControlEvidence, names: Mapping[str, str], key: str) -> str:
    """Return the page; `names` are original piece names by member; `key` is the public key."""
    title = _("Dossier de preuve du PCE {number}", number=evidence.number)
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">',
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
            f"<h1>{escape(title)}</h1>",
            _facts(evidence, key),
            _heading(_("Pièces")),
            _pieces(evidence, names),
            _heading(_("Étapes")),
            _steps(evidence),
            _heading(_("Échanges")),
            _messages(evidence),
            _heading(_("Journal")),
            _journal(evidence),
            "</body>\n</html>\n",
        ]
    )


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that are already HTML."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    nothing = _("Rien.")
    if not body:
        return f"<p>{escape(nothing)}</p>"
    return f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _facts(evidence: ControlEvidence, key: str) -> str:
    facts = (
        (_("Titulaire"), evidence.holder),
        (_("Tiers"), evidence.third_party),
        (_("Distributeur"), evidence.operator),
        (_("Date limite de transmission"), short_day(evidence.deadline)),
        (_("Référence du contrôle"), evidence.uid),
        (_("Dernière écriture"), clock(evidence.as_of)),
        (_("Signé par la clé"), key),
    )
    rows = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in facts
    )
    check = _("Pour vérifier ce dossier sans le portail, avec la clé publiée par le distributeur :")
    command = "python verify.py FICHIER.zip CLÉ"
    return f"<table>\n{rows}\n</table>\n<p>{check} <code>{command}</code></p>"


def _pieces(evidence: ControlEvidence, names: Mapping[str, str]) -> str:
    head = (_("Fichier"), _("Dépôt"), _("Transmis le"), _("Empreinte SHA-256"))
    rows = (
        (
            f'<a href="{escape(member)}">{escape(name)}</a>',
            str(piece.deposit) if piece.deposit else escape(_("joint à un message")),
            escape(clock(piece.sent_at)),
            f"<code>{piece.sha256}</code>",
        )
        for (member, name), piece in zip(names.items(), evidence.pieces, strict=True)
    )
    return _table(head, rows)


def _steps(evidence: ControlEvidence) -> str:
    rows = (
        (clock(step.at), step.state, step.by, "\n".join(filter(None, (step.motive, step.text))))
        for step in evidence.steps
    )
    return _table((_("Date"), _("Statut"), _("Par"), _("Motif")), _escaped(rows))


def _messages(evidence: ControlEvidence) -> str:
    rows = ((clock(message.at), message.by, message.text) for message in evidence.messages)
    return _table((_("Date"), _("Par"), _("Message")), _escaped(rows))


def _journal(evidence: ControlEvidence) -> str:
    rows = (
        (f"<code>{escape(link.text)}</code>", f"<code>{escape(link.digest)}</code>")
        for link in evidence.links
    )
    return _table((_("Écriture"), _("Empreinte SHA-256")), rows)


def _escaped(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    return [[escape(cell) for cell in row] for row in rows]
