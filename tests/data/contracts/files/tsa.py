"""A timestamp authority and its list of revoked certificates, served over HTTP by the test."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

PASSWORD = "un secret de test"


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Issues certificates that name where their revocations are listed."""

    def __init__(self, crl_url, days=3650):
        self.now = datetime.now(UTC)  # the machine's own clock: others fetch and compare with it
        self.crl_url, self.days = crl_url, days
        self.key = rsa.generate_private_key(65537, 2048)
        self.revoked = []
        self.certificate = self._built(named("Autorité d’essai"), self.key, ca=True)

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, name, *, stamps=False):
        key = rsa.generate_private_key(65537, 2048)
        return key, self._built(named(name), key, stamps=stamps)

    def _built(self, subject, key, *, ca=False, stamps=False):
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(self.crl_url)], None, None, None
        )
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        usage |= {"decipher_only": False, "key_cert_sign": ca, "crl_sign": ca}
        usage |= {"digital_signature": not ca, "content_commitment": not ca}
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(named("Autorité d’essai"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=5))
            .not_valid_after(self.now + timedelta(days=self.days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False
            )
        )
        if not ca:
            made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if stamps:
            stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            made = made.add_extension(stamping, critical=True)
        return made.sign(self.key, SHA256())

    def crl(self):
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(self.now - timedelta(days=1))
            .next_update(self.now + timedelta(days=30))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False
            )
        )
        return made.sign(self.key, SHA256()).public_bytes(Encoding.DER)

    def p12(self, path, name="Cachet d’essai", password=PASSWORD):
        key, certificate = self.issue(name)
        locked = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"essai", key, certificate, [self.certificate], locked
            )
        )
        return path


class Machine:
    """What it serves, and how it fails when it is told to."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.stamps, self.lists, self.lies = True, True, False
        self.authority = Authority(f"{self.url}/crl")
        self.other = Authority(f"{self.url}/crl")
        key, certificate = self.authority.issue("Horodateur d’essai", stamps=True)
        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.stamper = DummyTimeStamper(
            asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(plain),
        )

    def stamp(self, body):
        answer = self.stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
        return answer[:-40] + bytes(40) if self.lies else answer


@contextmanager
def serving():
    """A machine that listens until the block ends."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if machine.stamps:
                self._say("application/timestamp-reply", machine.stamp(body))
            else:
                self.send_error(503)

        def do_GET(self):
            if machine.lists:
                self._say("application/pkix-crl", machine.authority.crl())
            else:
                self.send_error(503)

        def _say(self, kind, body):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        machine = Machine(server.server_port)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield machine
        server.shutdown()
