"""An OpenID Connect provider on this machine, by Authlib's own server: PKCE is required of clients.

As providers do by default, it keeps the claims of a person for its UserInfo endpoint, and says who
it is in each answer (RFC 9207). A test says who signs in there, and how the answer is spoilt.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import OpenIDCode
from authlib.oidc.core.models import AuthorizationCodeMixin
from flask import Flask, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "portal", "s3cret-of-the-portal"
PAGE = """<!doctype html><html lang="en"><title>Sign in there</title>
<link rel="icon" href="data:,"><main><h1>Sign in there</h1>
<form method="post"><button>Continue</button></form></main></html>"""


class Client(ClientMixin):
    """The portal, as it is registered there."""

    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return self.back

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == self.back

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    amr: list[str] | None

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return None

    def get_acr(self):
        return None

    def get_amr(self):
        return self.amr


@dataclass
class Provider:
    """What it knows, and what it will do wrong."""

    issuer: str
    back: str
    person: dict[str, Any] = field(default_factory=dict)  # the claims of who is signed in there
    more: dict[str, Any] = field(default_factory=dict)  # claims written over those of the token
    profile: dict[str, Any] = field(default_factory=dict)  # claims written over those of UserInfo
    in_token: bool = False  # the claims of the person are in the ID token too
    unlisted: frozenset[str] = frozenset()  # what it does not publish of itself
    amr: list[str] | None = None
    error: str = ""
    broken: str = ""  # an address that answers 500
    waits: bool = False  # for a person to press a button
    forge: Any = None  # what becomes of the token
    now: Any = time.time
    key: RSAKey = field(default_factory=lambda: new_key("one"))
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)


@cache
def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


def grant_of(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code, request):
            said = request.payload.data
            provider.codes[code] = Code(
                code,
                request.payload.redirect_uri,
                request.payload.scope,
                said.get("nonce"),
                said.get("code_challenge"),
                said.get("code_challenge_method"),
                provider.amr,
            )

        def query_authorization_code(self, code, client):
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code):
            provider.codes.pop(authorization_code.code)

        def authenticate_user(self, authorization_code):
            return provider.person

    return Grant


class Token(OpenIDCode):
    """The token as Authlib makes it, at the provider's own hour, then spoilt as a test says."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce, request):
        return False

    def get_client_algorithm(self, client):
        return "RS256"

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": self.provider.key.kid}

    def get_compatible_claims(self, request):
        here, at = self.provider, int(self.provider.now())
        return {"iss": here.issuer, "aud": CLIENT, "iat": at, "exp": at + 300}

    def resolve_client_private_key(self, client):
        return self.provider.key

    def generate_user_info(self, user, scope):
        told = user if self.provider.in_token else {"sub": user["sub"]}
        return {**told, **self.provider.more}

    def encode_id_token(self, token, request):
        made = super().encode_id_token(token, request)
        return self.provider.forge(made) if self.provider.forge else made


class Issuer(IssuerParameter):
    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    def get_issuer(self):
        return self.provider.issuer


def served(provider: Provider) -> Flask:
    app = Flask(__name__)
    server = AuthorizationServer(
        app,
        query_client=lambda _id: Client(provider.back),
        save_token=lambda token, _request: provider.tokens.add(token["access_token"]),
    )
    server.register_extension(Issuer(provider))
    grant = grant_of(provider)
    server.register_grant(grant, [Token(provider), CodeChallenge(required=True)])

    @app.before_request
    def break_down():
        provider.asked.append(request.path)
        if request.path == provider.broken:
            abort(500)

    @app.get("/.well-known/openid-configuration")
    def publish():
        here = provider.issuer
        published = {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/userinfo",
            "jwks_uri": f"{here}/keys",
            "end_session_endpoint": f"{here}/logout",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return jsonify({name: published[name] for name in published.keys() - provider.unlisted})

    @app.get("/keys")
    def show_keys():
        return jsonify(keys=[provider.key.as_dict(private=False)])

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize():
        if provider.error:
            words = {"error": provider.error, "state": request.args.get("state", "")}
            return redirect(f"{provider.back}?{urlencode(words | {'iss': provider.issuer})}")
        if provider.waits and request.method == "GET":
            return PAGE
        asked = server.get_consent_grant(end_user=provider.person)
        return server.create_authorization_response(grant_user=provider.person, grant=asked)

    @app.post("/token")
    def give_token():
        return server.create_token_response()

    serve_profile(app, provider)

    @app.get("/logout")
    def end():
        return redirect(request.args["post_logout_redirect_uri"])

    return app


def serve_profile(app: Flask, provider: Provider) -> None:
    @app.get("/userinfo")
    def give_profile():
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in provider.tokens:
            abort(401)
        return jsonify(provider.person | provider.profile)


@contextmanager
def provider_for(back: str) -> Iterator[Provider]:
    """A provider that serves until the block ends, with a portal registered to come *back* to."""
    provider = Provider("", back)
    server = make_server("127.0.0.1", 0, served(provider), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def signed(provider: Provider, key: RSAKey, header: dict[str, Any], **claims: Any) -> str:
    """A token of one's own making."""
    at = int(provider.now())
    said = {"iss": provider.issuer, "aud": CLIENT, "iat": at, "exp": at + 300} | provider.person
    return jwt.encode({"alg": "RS256"} | header, said | claims, key)


def sent_back(address: str) -> dict[str, str]:
    """The words of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
