"""The processes of a portal that an operator started."""

import socket
from urllib.parse import urlsplit

import pytest


@pytest.mark.daily
def test_an_address_that_is_too_long_is_refused_in_a_sentence(portal):
    place = urlsplit(portal.url)
    with socket.create_connection((place.hostname, place.port), timeout=15) as wire:
        wire.sendall(b"GET /consommations?pce=" + b"9" * 8200 + b" HTTP/1.1\r\n\r\n")
        answer = wire.makefile("rb").read().decode("utf8")
    assert answer.startswith("HTTP/1.1 414 ")
    assert "plus de 8\u202f190 caractères" in answer
    assert "Back to home" in answer
    assert "Invalid" not in answer


@pytest.mark.daily
def test_what_writes_parquet_is_loaded_by_exports_alone(portal):
    assert any("sqlite3" in one for one in portal.mapped)
    assert not any("duckdb" in one for one in portal.mapped)  # 67 MB
