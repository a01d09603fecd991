"""Render the confirmation of a holder's answer: its rights and its effects."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, button, card, data, html, page
from components.rights.ids import Ids
from components.rights.readers_labels import notes_of, terms, terms_of
from components.rights.readers_query import PATH, list_address
from core.i18n import N_, _, number, plural
from data.rights.types import HeldRight

NAMED = 20  # rights listed; the others are counted


def answer_page(rights: Sequence[HeldRight], text: str = "") -> Component:
    """Return the page to accept or refuse one organisation's requests, opened from a search."""
    who = rights[0].right.third_party
    return _page(
        _("Répondre à {who} ?", who=who),
        _("{who} déclare agir pour vous ou avec vous sur ces sites.", who=who),
        [
            alert(
                _("Si vous ne connaissez pas {who}, refusez", who=who),
                _("Rien n’est lisible avant votre accord, que vous pourrez retirer à tout moment."),
                "info",
            ),
            _about(_("Ce qui serait lu, et rien d’autre"), rights),
        ],
        [
            _press(_("J’accepte"), "accept", rights, primary=True),
            _press(_("Je refuse"), "refuse", rights),
            _back(text),
        ],
    )


def withdraw_page(rights: Sequence[HeldRight], text: str = "") -> Component:
    """Return the confirmation of a withdrawal, which is permanent."""
    who = rights[0].right.third_party
    entails = [
        _("{who} ne lit plus rien de ces PCE, tout de suite ; ce qui est lu l’est.", who=who),
        _("Ses autres demandes sur ces PCE sont closes aussi."),
        _("C’est définitif : {who} ne pourra plus redemander ces PCE.", who=who),
    ]
    return _page(
        _("Retirer votre accord à {who} ?", who=who),
        _("Rien n’a encore changé : relisez, puis confirmez."),
        [
            alert(
                _("Ce que cela entraîne"),
                html.Ul([html.Li(words) for words in entails], className="rights-lines"),
                "warn",
            ),
            _about(_("Ce qui serait fermé"), rights),
        ],
        [
            button(
                plural("Oui, retirer cet accord", "Oui, retirer ces {count} accords", len(rights)),
                kind="danger",
                **data(rights="answer", act="withdraw", uids=_uids(rights)),
            ),
            _back(text),
        ],
    )


def _page(
    title: str, purpose: str, children: Sequence[Component], acts: Sequence[Component]
) -> Component:
    return page(
        title,
        purpose,
        crumbs=[(_("Qui lit vos données"), PATH), (_("Votre réponse"), None)],
        children=[
            html.Div(
                [*children, html.Div(list(acts), className="rights-access-foot")],
                className="rights-summary",
            ),
            dcc.Store(id=Ids.HELD),
        ],
    )


def _back(text: str) -> Component:
    return button(_("Ne rien changer"), href=list_address(text))


def _about(title: str, rights: Sequence[HeldRight]) -> Component:
    """Return PCEs by their terms, with the first ones named."""
    rights_by_terms: dict[tuple[str, ...], list[HeldRight]] = {}
    for held_right in rights[:NAMED]:
        rights_by_terms.setdefault(tuple(terms_of(held_right)), []).append(held_right)
    parts: list[Component] = []
    for term_lines, same in rights_by_terms.items():
        items = [html.Li(_named(held_right), className="rights-access") for held_right in same]
        parts += [terms(term_lines), html.Ul(items)]
    if len(rights) > NAMED:
        more = _("et {count} autres PCE.", count=number(len(rights) - NAMED))
        parts.append(html.P(more, className="rights-access"))
    hint = plural("{count} droit", "{count} droits", len(rights))
    return card(parts, title=title, hint=hint, flush=True)


def _named(held_right: HeldRight) -> Component:
    name = [
        html.B(held_right.alias or held_right.right.number),
        html.Span(f"PCE {held_right.right.number}", className="tabular"),
    ]
    notes = [html.P(words) for words in notes_of(held_right)]
    return html.Div(
        [html.Div(name, className="rights-access-name"), *notes], className="rights-access-words"
    )


def _press(
    words: str, act: str, rights: Sequence[HeldRight], *, primary: bool = False
) -> Component:
    pressed = data(rights="answer", act=act, uids=_uids(rights))
    return button(words, kind="primary" if primary else "secondary", **pressed)


def _uids(rights: Sequence[HeldRight]) -> str:
    return " ".join(held_right.right.uid for held_right in rights)


DONE = {
    "accept": N_("Accord enregistré"),
    "refuse": N_("Refus enregistré"),
    "withdraw": N_("Accord retiré"),
}


def done_text(act: str, count: int) -> str:
    """Return the outcome of an answer, and where its receipt is."""
    about = plural("{count} droit", "{count} droits", count)
    sentences_by_act = {
        "accept": _("{about} : lisible dès maintenant. Votre reçu part par courriel.", about=about),
        "refuse": _("{about} : rien n’est transmis. Votre reçu part par courriel.", about=about),
        "withdraw": _("{about} : plus rien n’est lisible. Votre reçu part par courriel.",
                      about=about),
    }  # fmt: skip
    return sentences_by_act[act]
