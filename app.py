"""Assemble the portal; no module imports this one."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import dash
from dash import Dash, html, set_props
from dash._pages import _parse_query_string, _path_to_page
from dash.development.base_component import Component
from dash.exceptions import DependencyException
from flask import Flask, g, render_template, request
from flask_wtf.csrf import generate_csrf
from plotly.io.json import to_json_plotly  # type: ignore[import-untyped]
from werkzeug.exceptions import NotFound as RouteNotFound
from werkzeug.middleware.proxy_fix import ProxyFix

import api.gc_freeze
import api.scripts
from api import (
    dispatch,
    errors,
    first_paint,
    guard,
    headers,
    hosts,
    page_titles,
    request_log,
    static,
    templating,
)
from api.adict.errors import is_for_programs, not_here
from api.context import PortalContext, open_reading, portal, sees_several, told_of, utc_now
from api.request_cache import RecentCache
from api.scope import run_in_request
from callbacks import GROUPS
from components import kit
from components.error_cards import bug_card, bug_toast, refusal_card, refusal_toast
from components.frame import STILL, FrameFacts, Ids, frame, skeleton_html
from core import log
from core.access import Viewer
from core.database import Base, Database
from core.errors import NotFound
from core.i18n import N_, _
from core.settings import Settings
from data.administration.subjects.types import Periods
from data.contracts.files.context import Papers, papers_of
from data.contracts.files.keys import KeySource
from data.contracts.types import Operator
from data.controls.files.antivirus import screening
from data.controls.files.portal_signature import signer_of
from data.controls.files.storage import CONTRACTS, storage_at
from data.exchange.mirror.types import Address
from data.identity.accounts.actions import sealing_key
from data.identity.accounts.channels.oidc import provider_at
from data.identity.accounts.types import FactorPolicy, SessionLimits
from data.identity.programs.types import ProgramPace
from data.identity.settings.types import OperatorSettings
from data.runs.types import DepositLimits
from pages import PAGES, menu_of, page_at
from pages.page import PageSpec


class Shell(Dash):
    """Dash with the portal's HTML page, and status 404 for unknown addresses."""

    def index(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 (Flask's answer)
        if is_for_programs(request.path):
            raise not_here()
        if request.path.startswith("/_"):
            raise RouteNotFound
        page = super().index(*args, **kwargs)  # type: ignore[no-untyped-call]
        return page if page_at(request.path) else (page, 404)

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        page = page_at(request.path)
        answers = self.first_answers()
        title = titled(page.title if page else N_("Page introuvable"))()  # of the rendered page
        entry = f'<div id="react-entry-point">{skeleton_html()}</div>'
        scripts = first_paint.sorted_scripts(parts["scripts"], api.scripts.address())
        return render_template(
            "index.html",
            **parts | {"title": title, "app_entry": entry, "scripts": scripts.now},
            soon=scripts.soon(charts=bool(page and page.charts), tables=bool(page and page.tables)),
            grid=scripts.grid,
            answers=answers,
        )

    def first_answers(self) -> first_paint.Answers:
        """Return what Dash requests at start: frame, callbacks and the page of the address."""
        first_responses = self.serve_layout(), self.dependencies()  # type: ignore[no-untyped-call]
        address = first_paint.address_now()
        page = to_json_plotly(page_answer(address)) if address else ""
        layout, callbacks = (answer.get_data(as_text=True) for answer in first_responses)
        return first_paint.answers(layout, callbacks, page, address)


def page_answer(address: str) -> dict[str, Any]:
    """Return the response of Dash's router for `address`; a test compares it with its callback."""
    path, _mark, query = address.partition("?")
    page, variables = _path_to_page(path.strip("/"))
    page = page or dash.page_registry["not_found_404"]
    named = variables or {}
    layout = page["layout"](**named, **_parse_query_string(f"?{query}"))
    title = {"title": page["title"](**named)}
    content = {"_pages_content": {"children": layout}, "_pages_store": {"data": title}}
    return {"multi": True, "response": content}


def render_layout(page: PageSpec) -> Callable[..., Component]:
    """Return the layout of `page`, which checks its permission and opens a reading transaction.

    Dash has one list of pages per process: the database is that of the portal that serves the
    request, so that two portals never mix.
    """

    @functools.wraps(page.layout)
    def layout(**query: object) -> Component:
        try:
            with open_reading(page.permission) as request:
                drawn = page.layout(request, **plain(query))
                g.heading = kit.heading_of(drawn)
                still: Component = kit.make_static(drawn)
                return still
        except Exception as error:  # noqa: BLE001 (the edge: logged, and told to the person)
            refusal = errors.as_refusal(error)
            return refusal_card(refusal) if refusal else bug_card(errors.log_bug(error))

    return layout


def plain(query: Mapping[str, object]) -> dict[str, str]:
    """Return one string per query parameter: the first of repeated ones, without `request`."""
    first = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    return {name: str(value) for name, value in first.items() if name != "request"}


def no_such_page(**_query: object) -> Component:
    return refusal_card(NotFound(N_("Cette adresse ne mène à aucune page que vous puissiez voir.")))


def show_error(error: Exception) -> None:
    """Show an error of a callback: the message of an expected one, a reference for a bug."""
    refusal = errors.as_refusal(error)
    notice = refusal_toast(refusal) if refusal else bug_toast(errors.log_bug(error))
    set_props(Ids.TOASTS, {"children": [notice]})


def around() -> Component:
    """Return the frame around every page, for the current viewer."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:  # Dash validates a layout when it starts, before anybody asks
        return html.Div(dash.page_container)
    menu = menu_of(viewer, several=sees_several(viewer))
    drawn = frame(viewer, portal().operator, menu, generate_csrf(), FrameFacts(**told_of(viewer)))
    component: Component = kit.make_static(drawn, STILL)
    return component


def register_pages() -> None:
    for page in PAGES:
        template = page.path if "<" in page.path else None
        dash.register_page(
            page.name,
            path=None if template else page.path,
            path_template=template,
            name=page.name,
            title=titled(page.title),
            layout=render_layout(page),
        )
    dash.register_page(
        "not_found_404",
        path="/404",
        title=titled(N_("Page introuvable")),
        layout=no_such_page,
    )


def titled(title: str) -> Callable[..., str]:
    return lambda **_variables: page_titles.tab(_(title))


def create_app(
    settings: Settings, database: Database, *, clock: Callable[[], datetime] = utc_now
) -> Dash:
    """Return a new portal, independent of any others in the process."""
    server = create_door(settings, database, clock)
    app = Shell(
        __name__,
        server=server,  # type: ignore[arg-type]  # Dash takes a Flask: its annotation forgets it
        use_pages=True,
        pages_folder="",
        suppress_callback_exceptions=True,
        include_pages_meta=False,
        assets_ignore=api.scripts.BEFORE_SIGN_IN,
        add_log_handler=False,
        use_async=False,  # with asgiref installed, it would start a thread per request
        title=settings.operator_name,
        update_title="",
        on_error=show_error,
    )
    register_pages()
    app.layout = around
    for group in GROUPS:
        group.bind(app, run_in_request)
    server.before_request(dispatch.checker(app.callback_map))
    server.register_error_handler(DependencyException, lambda _error: errors.answer(404, ""))
    headers.install(server, app.csp_hashes)
    with server.test_request_context("/connexion"):
        server.preprocess_request()  # Dash finishes its setup on the first request
    return app


def create_door(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Flask:
    """Return the server with all routes that are not Dash's, behind the access guard."""
    server = Flask(__name__, static_folder=None, template_folder="api/templates")
    server.secret_key = settings.signing_key()
    server.config["MAX_CONTENT_LENGTH"] = 2_000_000  # without files; deposits have their own limit
    server.config["MAX_FORM_MEMORY_SIZE"] = 1_000_000
    server.config["TRUSTED_PROXIES"] = settings.trusted_proxies  # for the worker
    server.config["PEOPLE"] = RecentCache[str, int](
        10_000
    )  # user by session: sessions queue per user
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    server.extensions["portal"] = portal_of(settings, database, clock)
    guard.configure_cookies(server, secure=settings.secure)
    request_log.install(server)
    hosts.install(server)
    guard.install(server)
    static.install(server)
    errors.install(server)
    templating.install(server)
    for blueprint in api.BLUEPRINTS:
        server.register_blueprint(blueprint)
    return server


def portal_of(
    settings: Settings, database: Database, clock: Callable[[], datetime]
) -> PortalContext:
    return PortalContext(
        database=database,
        var=settings.var,
        origin=OperatorSettings.of_environment(settings),
        privacy_contact=settings.privacy_contact,
        mail_from=settings.mail_from,
        address=settings.address,
        secure=settings.secure,
        hosts=settings.hosts,
        metrics_token=settings.metrics_token,
        signing_key=settings.signing_key(),
        mails_leave=bool(settings.smtp_url),
        sends_sms=bool(settings.sms_url),
        sms_countries=tuple(settings.sms_countries.split(",")),
        sealing_key=sealing_key(settings.signing_key()),
        signer=signer_of(settings.signing_key()),
        limits=SessionLimits(
            settings.session_idle_minutes, settings.session_hours, settings.login_tries
        ),
        factors=FactorPolicy(settings.second_factor == "required", settings.demo),
        provider=provider_at(*settings.single_sign_on),
        clock=clock,
        bundles=static.manifest(settings.var / "static"),
        deposits=DepositLimits(
            settings.upload_megabytes,
            settings.deposit_megabytes,
            settings.quota_megabytes,
            settings.waiting_files,
        ),
        export_megabytes=settings.export_megabytes,
        share_days=settings.share_days,
        pace=ProgramPace(settings.api_calls_a_minute, settings.api_calls_a_day),
        upstream=Address.of_environment(settings),
        staged=settings.demo,
        retention_periods=Periods(**settings.periods),
        storage=storage_at(settings.proofs_url, settings.var),
        screen=screening(settings.clamd),
        contract_papers=_papers_of(settings, clock),
    )


def _papers_of(settings: Settings, clock: Callable[[], datetime]) -> Papers:
    """Return the contract settings: storage, operator and seal."""
    return papers_of(
        storage_at(settings.proofs_url, settings.var, CONTRACTS),
        Operator(settings.operator_name, settings.operator_address),
        KeySource(settings.seal_p12, settings.seal_password, settings.seal_anchors),
        folder=settings.var / "seal",
        clauses=settings.contract_clauses,
        tsa=settings.tsa_url,
        clock=clock,
    )


def create_server() -> Flask:
    """Return the WSGI application for gunicorn, ready to be forked.

    Workers share its objects, but not a connection: the pool is left empty.
    """
    settings = Settings()
    log.configure(settings.log_level)
    database = Database(settings.database)
    server: Flask = create_app(settings, database).server
    Base.registry.configure()  # the first query would, in each worker
    database.close()
    api.gc_freeze.settle()
    return server
