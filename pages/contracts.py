"""`/contrats`: an organisation's contract, from its dossier to its end."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

from dash.development.base_component import Component

from components.contracts.forms import StepForm, step_card
from components.contracts.offer import (
    TextSending,
    begin_card,
    lacking_card,
    sending_card,
    waiting_card,
)
from components.contracts.page import ContractFacts, DossierSteps, contract_page, dossier_page
from components.contracts.steps import CONTRACT, first_step, saved_step_alerts
from core.access import Permission, Viewer
from core.database import Session
from core.errors import NotFound
from core.i18n import N_
from data.contracts import queries
from data.contracts.files.context import Papers
from data.contracts.rules.dates import default_terms, signable_on
from data.contracts.rules.dossier import was_kept
from data.contracts.types import (
    ContractDetail,
    ContractState,
    ContractTerms,
    DossierStep,
    Representative,
    StepLine,
)
from data.identity.accounts import queries as accounts
from data.identity.accounts.queries import list_able_names
from data.request import Request
from pages.contracts_staff import staff_layout
from pages.page import PageSpec, Section


def layout(request: Request, **query: str) -> Component:
    db, viewer = request.db, request.viewer
    if viewer.staff:
        return staff_layout(db=db, viewer=viewer, papers=request.portal.papers, query=query)
    first = queries.find_under_way if query.get("etape") else queries.find_current
    detail = _opened(db, viewer, query.get("contrat", "")[:36] or first(db, viewer))
    facts = _facts(db, viewer, detail)
    if detail is None or detail.row.state is ContractState.DRAFT:
        return dossier_page(
            viewer, facts, _dossier(db, viewer, request.portal.papers, detail, query)
        )
    return contract_page(viewer, facts, detail)


def _opened(db: Session, viewer: Viewer, uid: str | None) -> ContractDetail | None:
    """Return the contract of the address, else the current one."""
    if uid:
        with suppress(NotFound):
            return queries.find_contract(db, viewer, uid)
    current = queries.find_current(db, viewer)
    return queries.find_contract(db, viewer, current) if current else None


def _facts(db: Session, viewer: Viewer, detail: ContractDetail | None) -> ContractFacts:
    deciders = list_able_names(db, viewer, Permission.CONTRACTS_WRITE)
    if detail is None:
        return ContractFacts(None, deciders=deciders)
    return ContractFacts(
        detail,
        queries.list_contract_events(db, viewer, detail.row.uid),
        queries.list_contracts(db, viewer).rows,
        queries.get_comparison(db, viewer, detail),
        deciders,
    )


def _dossier(
    db: Session,
    viewer: Viewer,
    papers: Papers,
    detail: ContractDetail | None,
    query: Mapping[str, str],
) -> DossierSteps:
    lines = queries.list_dossier_steps(db, viewer)
    step_text = query.get("etape", "")
    here = step_text if step_text in {*DossierStep, CONTRACT} else first_step(lines)
    early = _early(db, viewer, detail)
    messages = saved_step_alerts(lines, query.get("apres", ""))
    if here == CONTRACT:
        body = _contract_step(db, viewer, papers, detail, lines)
        return DossierSteps(lines, here, [*messages, body], early)
    line = next(candidate for candidate in lines if candidate.step == here)
    return DossierSteps(lines, here, [*messages, _step(db, viewer, line)], early)


def _early(db: Session, viewer: Viewer, detail: ContractDetail | None) -> date | None:
    """Return the first day that a renewal can be sent, None if not in the future."""
    if detail is None:
        return None
    terms = default_terms(viewer.today, queries.find_renewed_end(db, viewer, detail))
    first = signable_on(terms.starts_on)
    return first if first > viewer.today else None


def _step(db: Session, viewer: Viewer, line: StepLine) -> Component:
    home = viewer.organisation_id
    dossier = queries.get_dossier(db, viewer)
    is_saved = was_kept(line.step, dossier)
    signers = tuple(queries.load_signers(db, viewer, home))
    if dossier.representative is None:
        email = accounts.get_account(db, viewer).email
        himself = Representative(viewer.name, email=email) if email in signers else None
        dossier = replace(dossier, representative=himself)
    return step_card(StepForm(dossier, line, home, signers, is_saved))


def _contract_step(
    db: Session,
    viewer: Viewer,
    papers: Papers,
    detail: ContractDetail | None,
    lines: tuple[StepLine, ...],
) -> Component:
    if any(line.lacks for line in lines):
        return lacking_card(lines)
    if detail is None or not detail.verbs.send:
        return begin_card()
    terms = default_terms(viewer.today, queries.find_renewed_end(db, viewer, detail))
    early = _early(db, viewer, detail)
    if early:
        return waiting_card(terms.starts_on, early)
    return sending_card(viewer, sending_of(db, viewer, papers, detail, terms))


def sending_of(
    db: Session, viewer: Viewer, papers: Papers, detail: ContractDetail, terms: ContractTerms
) -> TextSending:
    """Return the text to send for these dates, with its changes."""
    paper = queries.get_contract_paper(
        db,
        viewer,
        detail.row.uid,
        terms=terms,
        operator=papers.operator,
        clauses=papers.clauses(),
    )
    return TextSending(detail, terms, paper, queries.get_comparison(db, viewer, detail, paper))


PAGE = PageSpec(
    path="/contrats",
    name="contracts",
    title=N_("Contrats"),
    section=Section.ACCESS,
    menu=N_("Contrats"),
    permission=Permission.CONTRACTS_READ,
    layout=layout,
    tables=True,
    shots=(
        "",
        "?contrat={contract}",
    ),
)
