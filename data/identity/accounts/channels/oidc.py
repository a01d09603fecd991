"""Call an OpenID Connect provider, outside any transaction.

Uses the code flow with PKCE. An answer is trusted once it is signed by a published key, for this
portal, this sign-in and the current time. An e-mail that is not in the ID token, which is the
default (OpenID Connect Core, 5.4), is read from the UserInfo endpoint.
"""

import hmac
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.auth import ClientAuth
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from core.errors import Forbidden, PortalError, Unauthenticated, Unavailable
from core.i18n import N_
from data.identity.accounts.types.security import PendingSignIn, ProviderIdentity

UNVERIFIED = N_("Cette connexion n’a pas pu être vérifiée : recommencez-la depuis cette page.")
DENIED = N_("Vous n’êtes pas connecté : {name} a refusé, ou vous avez annulé.")
DOWN = N_(
    "{name} ne répond pas : recommencez dans quelques minutes, ou connectez-vous avec votre mot "
    "de passe."
)
MISTIMED = N_(
    "L’horloge de {name} et la nôtre ne concordent pas : sa réponse est refusée. Connectez-vous"
    " avec votre mot de passe, et prévenez votre administrateur."
)
_SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_PATIENCE = 5  # seconds for each request
_KEPT = 3600  # seconds for which its metadata are cached
_LEEWAY = 120  # seconds of allowed clock difference
_LONGEST = 255  # characters of a subject, by the standard
_DOWN = frozenset({"server_error", "temporarily_unavailable"})
_TIMES = frozenset({"exp", "iat", "nbf"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class _Published:
    """The provider's metadata and keys."""

    metadata: Mapping[str, Any]
    keys: KeySet
    read_at: float


@dataclass(slots=True)
class OidcProvider:
    """A provider; `name` is its name for users."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    _metadata_cache: _Published | None = field(default=None, repr=False)

    def begin(self, back: str) -> PendingSignIn:
        """Return where to send a browser that returns to `back`, and the state to keep."""
        with self._asking() as session:
            endpoint = self._published(session).metadata["authorization_endpoint"]
            verifier, nonce = generate_token(64), generate_token(32)
            url, state = session.create_authorization_url(
                endpoint, redirect_uri=back, code_verifier=verifier, nonce=nonce
            )
        return PendingSignIn(url, state, nonce, verifier)

    def finish(
        self, back: str, answer: Mapping[str, str], asked: PendingSignIn, now: datetime
    ) -> ProviderIdentity:
        """Return the identity that `answer` (query string) confirms; refuse as `_check_answer`."""
        code = answer.get("code", "")
        with self._asking() as session:
            published = self._published(session)
            self._check_answer(answer, published, asked)
            token = session.fetch_token(
                published.metadata["token_endpoint"],
                code=code,
                code_verifier=asked.verifier,
                redirect_uri=back,
                grant_type="authorization_code",
            )
            claims = self._claims(session, token, asked.nonce, now)
            profile = self._userinfo(session, published, claims)
        subject, email, methods = claims["sub"], profile.get("email"), claims.get("amr") or []
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST or "\0" in subject:
            raise Unauthenticated(UNVERIFIED)
        if not isinstance(email, str) or "\0" in email or profile.get("email_verified") is not True:
            email = ""
        return ProviderIdentity(self.issuer, subject, email, strong="mfa" in methods)

    def _check_answer(
        self, answer: Mapping[str, str], published: _Published, asked: PendingSignIn
    ) -> None:
        """Raise unless `answer` belongs to the request `asked` and has no error.

        Unauthenticated for another state or provider (mix-up, RFC 9207), Forbidden when it denied
        access, Unavailable when it is down.
        """
        required = published.metadata.get("authorization_response_iss_parameter_supported") is True
        issuer = answer.get("iss", "" if required else self.issuer)
        same_state = hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode())
        if not same_state or issuer != self.issuer:
            raise Unauthenticated(UNVERIFIED)
        if error := answer.get("error"):
            if error in _DOWN:
                raise Unavailable(DOWN, name=self.name)
            raise Forbidden(DENIED, name=self.name)

    def _userinfo(
        self, session: OAuth2Session, published: _Published, claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the e-mail claims of the token, else of the UserInfo endpoint.

        Raise Unauthenticated when that is about another subject (OpenID Connect Core, 5.3.2).
        """
        endpoint = published.metadata.get("userinfo_endpoint")
        if not endpoint or {"email", "email_verified"} <= claims.keys():
            return claims
        profile = _read(session, endpoint, withhold_token=False)
        if profile.get("sub") != claims["sub"]:
            raise Unauthenticated(UNVERIFIED)
        return profile

    def end(self, back: str) -> str | None:
        """Return where the browser ends its provider session, then goes `back`.

        None if unsupported.
        """
        with self._asking() as session:
            endpoint = self._published(session).metadata.get("end_session_endpoint")
        if not endpoint:
            return None
        mark = "&" if "?" in endpoint else "?"
        words = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        return f"{endpoint}{mark}{urlencode(words)}"

    @contextmanager
    def _asking(self) -> Iterator[OAuth2Session]:
        """Open a session with the provider, translating errors to sentences."""
        session = OAuth2Session(
            self.client_id,
            self.secret,
            scope="openid email",
            code_challenge_method="S256",
            default_timeout=_PATIENCE,
        )
        session.register_client_auth_method(("client_secret_basic", _basic))
        try:
            with session:
                yield session
        except PortalError:
            raise
        except (ExpiredTokenError, InvalidClaimError) as error:
            late = isinstance(error, ExpiredTokenError) or getattr(error, "claim", "") in _TIMES
            raise Unauthenticated(MISTIMED if late else UNVERIFIED, name=self.name) from error
        except (RequestException, KeyError) as error:
            raise Unavailable(DOWN, name=self.name) from error
        except (JoseError, AuthlibBaseError, TypeError, ValueError) as error:
            raise Unauthenticated(UNVERIFIED, name=self.name) from error

    def _published(self, session: OAuth2Session, *, again: bool = False) -> _Published:
        """Return the provider's metadata, cached for an hour; `again` when a key is missing."""
        cache_entry = self._metadata_cache
        if cache_entry is None or again or time.monotonic() - cache_entry.read_at > _KEPT:
            place = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            metadata = _read(session, place)
            if metadata.get("issuer") != self.issuer:
                raise Unavailable(DOWN, name=self.name)
            keys = KeySet.import_key_set(_read(session, metadata["jwks_uri"]))  # type: ignore[arg-type]
            cache_entry = self._metadata_cache = _Published(_safe(metadata), keys, time.monotonic())
        return cache_entry

    def _claims(
        self, session: OAuth2Session, token: Mapping[str, Any], nonce: str, now: datetime
    ) -> CodeIDToken:
        """Return the verified claims of the token: issuer, audience, nonce and time."""
        text = token.get("id_token")
        if not isinstance(text, str):
            raise Unauthenticated(UNVERIFIED)
        signed = JWSRegistry(algorithms=list(_SIGNED), strict_check_header=False)
        try:
            id_token = jwt.decode(text, self._published(session).keys, registry=signed)
        except InvalidKeyIdError:  # keys have changed
            id_token = jwt.decode(text, self._published(session, again=True).keys, registry=signed)
        required_claims = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        claim_context = {"client_id": self.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(id_token.claims, id_token.header, required_claims, claim_context)
        claims.validate(int(now.timestamp()), _LEEWAY)
        token_nonce = claims.get("nonce")
        if not isinstance(token_nonce, str) or not hmac.compare_digest(
            token_nonce.encode(), nonce.encode()
        ):
            raise Unauthenticated(UNVERIFIED)
        return claims


def provider_at(issuer: str, client_id: str, secret: str, name: str) -> OidcProvider | None:
    """Return the configured provider, None when the configuration is incomplete."""
    return (
        OidcProvider(issuer, client_id, secret, name) if issuer and client_id and secret else None
    )


def _basic(
    client: ClientAuth, _method: str, uri: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Name the portal in a header, percent-encoded (RFC 6749, 2.3.1), which Authlib leaves out."""
    words = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(words.encode()).decode()}"
    return uri, headers, body


def _read(session: OAuth2Session, url: str, *, withhold_token: bool = True) -> dict[str, Any]:
    answer = session.get(_private(url), withhold_token=withhold_token)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise RequestException
    return document


def _safe(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `metadata`, checking that each address is encrypted."""
    for name, value in metadata.items():
        if name.endswith(("_endpoint", "_uri")) and isinstance(value, str):
            _private(value)
    return metadata


def _private(url: str) -> str:
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not here:
        raise RequestException
    return url
