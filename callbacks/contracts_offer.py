"""Callbacks that prepare a contract for sending: dates, text drawn and frozen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, uid_of
from callbacks.outputs import LOCATION, TOASTS
from components.contracts import Ids
from components.contracts.labels import address
from components.contracts.offer import TextSending, preview
from components.contracts.steps import CONTRACT, step_address
from components.kit import toast
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, _
from data.contracts import actions, queries
from data.contracts.rules.dates import checked_terms
from data.contracts.types import ContractTerms, Paper, StoredPdf
from data.request import Request

on = CallbackGroup()
_NO_DAY = N_("Donnez le premier jour du contrat.")


def terms_of(starts: str | None, ends: str | None, today: date) -> ContractTerms:
    """Return the typed dates. Raise Invalid."""
    first = day_of(starts)
    if first is None:
        raise Invalid(_NO_DAY)
    return checked_terms(ContractTerms(first, day_of(ends)), today)


def day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def version_of(draft: Mapping[str, Any] | None) -> int:
    version = (draft or {}).get("version")
    return version if isinstance(version, int) and not isinstance(version, bool) else 0


def paper_for(request: Request, uid: str, terms: ContractTerms) -> Paper:
    papers = request.portal.papers
    options: Mapping[str, Any] = {"operator": papers.operator, "clauses": papers.clauses()}
    return queries.get_contract_paper(request.db, request.viewer, uid, terms=terms, **options)


@on(
    Output(Ids.PREVIEW, "children"),
    Output(Ids.STARTS_ERROR, "children"),
    Input(Ids.STARTS, "value"),
    Input(Ids.ENDS, "value"),
    State(Ids.DRAFT, "data"),
    permission=Permission.CONTRACTS_WRITE,
)
def show_preview(
    starts: str | None, ends: str | None, draft: Sent, *, request: Request
) -> tuple[Any, str]:
    """Return the text for these dates, or the error of the dates."""
    try:
        terms = terms_of(starts, ends, request.viewer.today)
    except Invalid as error:
        return no_update, _(error.message, **error.params)
    return preview(compared(request, uid_of(draft), terms)), ""


def compared(request: Request, uid: str, terms: ContractTerms) -> TextSending:
    """Return the text to send, with its changes."""
    db, viewer = request.db, request.viewer
    paper = paper_for(request, uid, terms)
    detail = queries.find_contract(db, viewer, uid)
    return TextSending(detail, terms, paper, queries.get_comparison(db, viewer, detail, paper))


def draw(
    starts: str | None, ends: str | None, draft: Sent, *, request: Request
) -> tuple[Paper, StoredPdf]:
    """Render and store the PDF before the database changes, so that no row refers to a failure."""
    paper = paper_for(request, uid_of(draft), terms_of(starts, ends, request.viewer.today))
    return paper, request.portal.papers.drawn(paper)


@on.click(
    Ids.SEND,
    LOCATION,
    TOASTS,
    State(Ids.STARTS, "value"),
    State(Ids.ENDS, "value"),
    State(Ids.DRAFT, "data"),
    permission=Permission.CONTRACTS_WRITE,
    writes=True,
    before=draw,
    costly=True,
)
def send(
    starts: str | None,
    ends: str | None,
    draft: Sent,
    *,
    ready: tuple[Paper, StoredPdf],
    request: Request,
) -> tuple[str, Component]:
    """Freeze the text and offer it for signature."""
    del starts, ends
    return sent(request, draft, ready)


def sent(request: Request, draft: Sent, ready: tuple[Paper, StoredPdf]) -> tuple[str, Component]:
    uid, (paper, stored), papers = uid_of(draft), ready, request.portal.papers
    options: Mapping[str, Any] = {"operator": papers.operator, "clauses": papers.clauses()}
    version = version_of(draft)
    actions.send(
        request.db, request.viewer, uid, paper, stored, **options, version=version, now=request.now
    )
    done = toast(_("Contrat envoyé à la signature"), _("À signer par {who}.", who=paper.email))
    return address(uid), done


@on.click(Ids.BEGIN, LOCATION, permission=Permission.CONTRACTS_WRITE, writes=True)
def begin(*, request: Request) -> str:
    uid = actions.begin(request.db, request.viewer, now=request.now)
    return f"{step_address(CONTRACT)}&contrat={uid}"
