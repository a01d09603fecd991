"""Render the claims that wait for the distributor: proof, what is known, accept or refuse."""

from collections.abc import Iterator, Sequence

from dash.development.base_component import Component

from components.claims.form import proof_words
from components.claims.ids import accept_button, answer_field, refuse_button
from components.kit import button, card, html, page, plain_item, text_field
from components.kit.base import Children
from components.kit.display import chip, empty
from core.i18n import PARIS, _, short_day
from data.administration.claims.types import ClaimDoubt, ClaimToDecide, IndexMatch


def queue_page(claims: Sequence[ClaimToDecide]) -> Component:
    title = _("Points demandés")
    crumbs = ((_("Points de livraison"), "/pces"), (title, None))
    if not claims:
        text = _("Aucune organisation n’attend de réponse pour un point de livraison.")
        return page(title, crumbs=crumbs, children=card(empty("check2", _("Rien n’attend"), text)))
    rows = [_claim(claim) for claim in claims]
    purpose = _("Un PCE accepté passe à l’organisation, qui lit et règle tout de ce point.")
    return page(
        title,
        purpose,
        crumbs=crumbs,
        children=card(html.Ul(rows, className="item-list"), flush=True),
    )


def _claim(claim: ClaimToDecide) -> Component:
    row = claim.row
    request_words = _(
        "{person}, {organisation}, le {day}.",
        person=row.person or "–",
        organisation=row.organisation,
        day=short_day(row.created_at.astimezone(PARIS).date()),
    )
    marks = [*_match(claim), *_doubts(claim)]
    notes: list[Children] = [
        request_words,
        [proof_words(row), *(part for mark in marks for part in (" ", mark))],
        " ".join(_describe_point(claim)),
    ]
    return plain_item(row.number, notes, more=[_acts(claim)])


def _match(claim: ClaimToDecide) -> list[Component]:
    if claim.row.index is None:
        return []
    word, tone = {
        IndexMatch.INSIDE: (_("conforme aux relevés"), "ok"),
        IndexMatch.OUTSIDE: (_("hors de ce que disent les relevés"), "bad"),
        IndexMatch.UNKNOWN: (_("sans relevé assez proche pour comparer"), "mute"),
    }[claim.match]
    return [chip(word, tone=tone)]  # type: ignore[arg-type]


def _doubts(claim: ClaimToDecide) -> list[Component]:
    words = {
        ClaimDoubt.READ: _("déjà lu ici : l’index a pu être vu à l’écran"),
        ClaimDoubt.HELD: _("a déjà eu un titulaire"),
        ClaimDoubt.DISPUTED: _("demandé aussi par une autre organisation"),
        ClaimDoubt.REFUSED: _("déjà refusé à cette organisation"),
    }
    if claim.holder:  # the next line names it
        del words[ClaimDoubt.HELD]
    return [chip(words[doubt], tone="warn") for doubt in claim.doubts if doubt in words]


def _describe_point(claim: ClaimToDecide) -> Iterator[str]:
    if claim.taken_from:
        yield _(
            "{holder} le détient aujourd’hui : accepter le lui retire, avec les accords qu’elle a"
            " donnés, et le lui dit.",
            holder=claim.holder,
        )
    elif claim.contract_holder:
        yield _("Nom au contrat : {name}.", name=claim.contract_holder)
    if claim.city:
        yield _("Commune : {city}.", city=claim.city)


def _acts(claim: ClaimToDecide) -> Component:
    row, words = claim.row, _("Accepter")
    if claim.taken_from:
        words = _("Retirer à {holder} et accepter", holder=claim.holder)
    return html.Div(
        [
            button(
                words,
                id=accept_button(row.id, claim.taken_from),
                icon="check-lg",
                kind="danger" if claim.taken_from else "primary",
            ),
            text_field(answer_field(row.id), _("Pourquoi refuser"), maxLength=500),
            button(_("Refuser"), id=refuse_button(row.id), icon="x-lg"),
        ],
        className="claims-acts",
    )
