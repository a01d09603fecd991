"""Issue OAuth 2 tokens to programs (client credentials) with Authlib."""

from collections.abc import Callable, Mapping
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.authenticate_client import authenticate_client_secret_basic
from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from flask import Blueprint, Request, Response, current_app, request
from flask.blueprints import BlueprintSetupState

from api.adict.authentication import sealed
from api.context import now, portal
from data.identity.accounts.actions import authenticate_client
from data.identity.accounts.types.security import ApiClient
from data.identity.programs.types import SCOPE, TOKEN_LASTS

routes = Blueprint("oauth", __name__)
_METHODS = ["client_secret_post", "client_secret_basic"]
_LASTS = int(TOKEN_LASTS.total_seconds())
# In ASCII, as RFC 6749 §5.2 requires, and in French, like the API.
_UNKNOWN = "Ce client_id et ce client_secret ne vont pas ensemble, ou ne valent plus."
_NO_FORM = (
    "Envoyez un formulaire (application/x-www-form-urlencoded) avec"
    f" grant_type=client_credentials, client_id, client_secret et scope={SCOPE}."
)
_NO_GRANT = "grant_type doit valoir client_credentials."
_NO_SCOPE = f"scope doit valoir {SCOPE}, ou ne pas y etre."
LONGEST = 200  # characters of a client id or secret


class Program(ClientMixin):  # type: ignore[misc]
    """A program that claims to be `client_id`: known and unknown ones take the same steps."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self.found: ApiClient | None = None

    def check_client_secret(self, client_secret: str) -> bool:
        if max(len(self.client_id), len(client_secret)) > LONGEST or "\0" in self.client_id:
            return False
        address = request.remote_addr or ""
        with portal().database.transaction() as db:
            self.found = authenticate_client(
                db, self.client_id, client_secret, now(), address=address, limits=portal().limits
            )
        return self.found is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in _METHODS and endpoint == "token"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == str(ClientCredentialsGrant.GRANT_TYPE)

    def get_allowed_scope(self, scope: str | None) -> str:
        del scope  # there is one, and others were refused before
        return SCOPE


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = _METHODS

    def authenticate_token_endpoint_client(self) -> Program:
        try:
            program: Program = super().authenticate_token_endpoint_client()
        except InvalidClientError as error:
            error.description = _UNKNOWN
            raise
        return program


class _Asked(FlaskOAuth2Request):  # type: ignore[misc]
    """A request for a token; TLS is the responsibility of the proxy and the operator."""

    def __init__(self, asked: Request) -> None:
        uri = asked.url.replace("http://", "https://", 1)
        OAuth2Request.__init__(self, method=asked.method, uri=uri, headers=asked.headers)
        self._request = asked
        self.payload = FlaskOAuth2Payload(asked)


class _Server(AuthorizationServer):  # type: ignore[misc]
    def create_oauth2_request(self, request: object) -> _Asked:
        del request
        return _Asked(_request())

    def handle_error_response(self, request: _Asked, error: OAuth2Error) -> Response:
        """Return an error with our message, where Authlib has none or an English one."""
        if isinstance(error, UnsupportedGrantTypeError):
            error.description = _NO_GRANT if error.grant_type else _NO_FORM
        elif isinstance(error, InvalidScopeError):
            error.description = _NO_SCOPE
        answer: Response = super().handle_error_response(request, error)
        return answer


def _request() -> Request:
    current_request: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return current_request


@routes.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Create a server for each portal."""
    state.app.config.setdefault("OAUTH2_SCOPES_SUPPORTED", [SCOPE])
    server = _Server(state.app, query_client=Program, save_token=_keep_nothing)
    server.register_client_auth_method("client_secret_basic", _by_header)
    server.register_grant(_Grant)
    server.register_token_generator("default", _token)
    state.app.extensions["oauth"] = server


def _by_header(query: Callable[[str], Program], token_request: OAuth2Request) -> Program | None:
    """Return the program in the header; None when it cannot be decoded."""
    try:
        program: Program | None = authenticate_client_secret_basic(query, token_request)
    except ValueError:  # not Base64, or bytes that are not text
        return None
    return program


def _keep_nothing(token: object, token_request: object) -> None:
    """Store nothing: a token is signed."""


def _token(grant_type: str, client: Program, **_more: object) -> Mapping[str, Any]:
    del grant_type
    assert client.found is not None  # noqa: S101 (its secret has just been checked)
    until = int(now().timestamp()) + _LASTS
    token = sealed(client.found.credential_id, until)
    return {"token_type": "Bearer", "access_token": token, "expires_in": _LASTS, "scope": SCOPE}


@routes.post("/oauth2/token")
@routes.post("/oauth2/<server>/v1/token")  # like the distributor's own address
def give_token(server: str = "") -> Response:
    """Issue a token for four hours.

    The form has `grant_type=client_credentials`, `client_id`, `client_secret` and `scope`.
    """
    del server
    answer: Response = current_app.extensions["oauth"].create_token_response()
    return answer


@routes.post("/openam/oauth2/realms/<realm>/access_token")
def give_token_as_before(realm: str) -> Response:
    """Issue a token at the address of the distributor's first clients."""
    del realm
    return give_token()
