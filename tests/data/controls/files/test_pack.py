"""Evidence packs: the same to the octet, and no octet changed without its place being named."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TooBig, Unreadable
from core.i18n import using_language
from data.controls.files import archive as form
from data.controls.files import pack_verifier, standalone_verifier
from data.controls.files.archive import INDEX, SEAL_SIZE, regions_of
from data.controls.files.archive import archive as sealed_by
from data.controls.files.consistency import FACTS, JOURNAL, MESSAGES, STEPS
from data.controls.files.pack import READ_ME, VERIFIER, pack_name
from data.controls.files.pack import pack as packed_by
from data.controls.files.pack_verifier import END, NAME, SEAL, WHOLE, flaws_in, verify
from data.controls.files.portal_signature import public_key, signer_of
from data.controls.types.pieces import PackedLink
from jobs.commands import console
from tests.data.controls.files.packs import SIGNER, chained, evidence, piece

FLIPS = 1000
KEY = public_key(SIGNER)


def pack(told):
    return packed_by(told, SIGNER)


def archive(members, signer=SIGNER):
    return sealed_by(members, signer)


@pytest.fixture(scope="module")
def packed():
    return pack(evidence())


def places(packed):
    return [flaw.place for flaw in flaws_in(packed)]


def members_of(packed):
    with ZipFile(BytesIO(packed)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def place_of(packed, at):
    """What the octet at *at* belongs to, by an ordinary reader of archives."""
    with ZipFile(BytesIO(packed)) as opened:
        sizes = [(entry.filename, entry.file_size) for entry in opened.infolist()]
    if at >= len(packed) - SEAL_SIZE:
        return SEAL
    region = next(region for region in regions_of(sizes) if region.start <= at < region.stop)
    return region.member or END


def test_a_pack_is_an_ordinary_archive_that_is_intact(packed):
    with ZipFile(BytesIO(packed)) as opened:
        assert opened.testzip() is None
    assert list(members_of(packed)) == [
        INDEX,
        "index.html",
        "LISEZ-MOI.txt",
        "verify.py",
        "pieces/01-Mandat-signe-1.pdf",
        "pieces/02-photo.jpg",
        "pieces/03-ecran.png",
    ]
    assert flaws_in(packed) == ()


def test_the_same_evidence_is_the_same_pack_on_any_day_and_any_machine(packed):
    """The digest is of what this form is: whoever changes it makes all given packs fail."""
    assert pack(evidence()) == packed
    tiny = archive({INDEX: b"{}", "a.txt": b"a"})
    assert (
        sha256(tiny).hexdigest()
        == "10bd342be40579c051001c6f9df5a0da64acd47a5fb6e1bab7e867a06ca256b6"
    )


def test_a_thousand_flipped_octets_are_a_thousand_times_named(packed):
    chance = random.Random(42)
    named = Counter()
    for _ in range(FLIPS):
        at = chance.randrange(len(packed))
        spoilt = bytearray(packed)
        spoilt[at] ^= chance.randrange(1, 256)
        assert places(bytes(spoilt)) == [place_of(packed, at)], at
        named[place_of(packed, at)] += 1
    assert named.total() == FLIPS
    assert named.keys() >= {INDEX, "index.html", "pieces/01-Mandat-signe-1.pdf", SEAL}


def test_every_octet_around_the_members_is_guarded(packed):
    """Headers are few among a thousand draws: here each of their octets is changed."""
    sizes = [(name, len(content)) for name, content in members_of(packed).items()]
    headers = [at for r in regions_of(sizes) if r.header for at in range(r.start, r.stop)]
    for at in [*headers, *range(len(packed) - SEAL_SIZE, len(packed))]:
        spoilt = bytearray(packed)
        spoilt[at] ^= 0x55
        assert places(bytes(spoilt)) == [place_of(packed, at)], at


@given(st.data())
def test_no_change_of_any_size_passes(packed, data):
    at = data.draw(st.integers(0, len(packed)))
    stop = data.draw(st.integers(at, min(len(packed), at + 500)))
    spoilt = packed[:at] + data.draw(st.binary(max_size=200)) + packed[stop:]
    assert (places(spoilt) == []) == (spoilt == packed)


@pytest.mark.parametrize("cut", [0, 1, 100, 3000])
def test_what_is_cut_or_grown_is_named(packed, cut):
    assert SEAL in places(packed[:cut])
    assert places(packed[:-cut] if cut else packed + b"\n")
    assert places(b"MZ" * cut + b"x" + packed)


def test_a_member_exchanged_with_its_sums_done_again_is_named(packed):
    """Whoever makes the archive and its seal anew must still lie in the index."""
    members = members_of(packed)
    members["pieces/02-photo.jpg"] = b"another"
    assert places(archive(members)) == [WHOLE]
    members["pieces/02-photo.jpg"] = bytes(len(members_of(packed)["pieces/02-photo.jpg"]))
    assert places(archive(members)) == ["pieces/02-photo.jpg"]


@pytest.mark.parametrize("extra", [{}, {"more.pdf": b"a"}])
def test_members_that_the_index_does_not_have_are_named(packed, extra):
    members = members_of(packed)
    if not extra:
        del members["pieces/03-ecran.png"]
    assert places(archive({**members, **extra})) == [WHOLE]


def test_the_order_of_members_is_held(packed):
    members = members_of(packed)
    turned = archive({INDEX: members.pop(INDEX), **dict(reversed(members.items()))})
    assert places(turned)


def test_two_files_of_one_length_exchanged_are_both_named():
    members = {"a.txt": b"aaaa", "b.txt": b"bbbb"}
    told = [
        {"name": name, "size": 4, "sha256": sha256(content).hexdigest()}
        for name, content in members.items()
    ]
    index = json.dumps({"members": told, "journal": []}).encode()
    assert places(archive({INDEX: index, **members})) == []
    assert places(archive({INDEX: index, "a.txt": b"bbbb", "b.txt": b"aaaa"})) == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"[]",
        b"{",
        b'{"members": 1, "journal": []}',
        b'{"members": [], "journal": [1]}',
        b'{"members": [{"name": "a", "size": 1}], "journal": []}',
        b'{"members": [{"name": "../a.txt", "size": 1, "sha256": ""}], "journal": []}',
        b'{"members": [{"name": "a\\u0000.txt", "size": 1, "sha256": ""}], "journal": []}',
        b'{"members": [{"name": "a\\ud800.txt", "size": 1, "sha256": ""}], "journal": []}',
        b'{"members": [{"name": "a.txt", "size": -1, "sha256": ""}], "journal": []}',
        b'{"members": [{"name": "a.txt", "size": Infinity, "sha256": ""}], "journal": []}',
        b'{"members": [{"name": "index.json", "size": 1, "sha256": ""}], "journal": []}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_an_index_that_is_none_is_named_and_never_a_crash(index):
    assert places(archive({INDEX: index, "a.txt": b"a"})) == [INDEX]


def test_a_size_beyond_the_archive_is_named():
    told = {"name": "a.txt", "size": 10**15, "sha256": ""}
    index = json.dumps({"members": [told], "journal": []}).encode()
    assert places(archive({INDEX: index, "a.txt": b"a"})) == [WHOLE]


def test_the_journal_is_held_by_its_digests(packed):
    whole = evidence().links
    changed = replace(whole[1], text=whole[1].text.replace("sent", "sens"))
    for chain in (
        (whole[0], changed, *whole[2:]),
        (whole[1], whole[0], *whole[2:]),
        (*whole[:3], whole[4], whole[3]),
        (PackedLink("{}", sha256(b"{}").hexdigest()),),
    ):
        assert places(pack(evidence(links=chain))) == [JOURNAL]


def test_what_others_wrote_in_between_is_not_in_the_pack():
    apart = [json.loads(link.text) for link in evidence().links]
    links = [link for one in apart for link in chained([one], previous="ef" * 32)]
    assert places(pack(evidence(links=tuple(links)))) == []


def test_a_pack_made_again_that_its_own_journal_denies_is_no_good():
    """Each digest is right and whoever forges signs: the journal inside still says what was."""
    true = evidence()
    first, *others = true.pieces
    other = piece(first.name, first.kind, b"%PDF-1.4 another mandate")
    said = replace(true.messages[0], text="inventé")
    steps = true.steps
    for forged, places_of in (
        ({"pieces": (other, *others)}, ["pieces/01-Mandat-signe-1.pdf", JOURNAL]),
        ({"pieces": (replace(first, deposit=2), *others)}, [None, JOURNAL]),
        ({"pieces": true.pieces[:2]}, [JOURNAL]),
        ({"messages": (said,)}, [MESSAGES]),
        ({"messages": ()}, [MESSAGES]),
        ({"steps": (*steps[:4], replace(steps[4], fact="accepted"))}, [STEPS]),
        ({"steps": (*steps[:4], replace(steps[4], why="date"))}, [STEPS]),
        ({"steps": (*steps[:4], replace(steps[4], text="autre"))}, [STEPS]),
        ({"steps": steps[:4]}, [STEPS]),
        ({"steps": (replace(steps[0], at=steps[1].at), *steps[1:])}, [STEPS]),
        ({"number": "09999999910043"}, [FACTS]),
        ({"uid": "c-43"}, [FACTS]),
        ({"deadline": true.as_of.date()}, [FACTS]),
        ({"links": ()}, None),
    ):
        found = places(pack(evidence(**forged)))
        assert found, forged
        if places_of:
            assert all(b in (a, None) for a, b in zip(found, places_of, strict=False)), forged


def test_a_piece_has_the_day_of_its_deposit():
    first, *others = evidence().pieces
    moved = replace(first, sent_at=first.sent_at.replace(year=1999))
    assert places(pack(evidence(pieces=(moved, *others)))) == ["pieces/01-Mandat-signe-1.pdf"]


def test_only_the_key_that_is_published_says_who_made_it(packed):
    forger = signer_of("another secret")
    forged = packed_by(evidence(holder="Quelqu’un d’autre"), forger)
    assert places(forged) == []  # it agrees with itself
    assert [flaw.place for flaw in flaws_in(forged, key=KEY)] == [SEAL]
    assert flaws_in(packed, key=KEY) == ()
    stolen = forged[:-SEAL_SIZE] + packed[-SEAL_SIZE:]
    assert flaws_in(stolen, key=KEY)
    renamed = forged.replace(public_key(forger).encode(), KEY.encode())
    assert flaws_in(renamed, key=KEY)
    assert KEY in members_of(packed)["index.html"].decode()


def test_a_piece_damaged_in_the_store_is_not_packed():
    pieces = evidence().pieces
    with pytest.raises(Unreadable, match=r"Mandat signé <1>\.pdf"):
        pack(evidence(pieces=(replace(pieces[0], content=b"another"), *pieces[1:])))


def test_the_page_says_all_and_nothing_in_it_is_live(packed):
    shown = members_of(packed)["index.html"].decode()
    assert "Voici &lt;b&gt;le&lt;/b&gt; mandat\n&amp; l’annexe" in shown
    assert "Page 2 &lt;vide&gt;" in shown
    assert "Mandat signé &lt;1&gt;.pdf" in shown
    assert "joint à un message" in shown
    assert all(one.sha256 in shown for one in evidence().pieces)
    assert all(link.digest in shown for link in evidence().links)
    assert not re.search(r"<(script|iframe|img|object|form)\b|\bon\w+=|https?:", shown)
    assert set(re.findall(r'href="([^"]+)"', shown)) <= set(members_of(packed))


def test_the_page_speaks_the_language_of_who_asked_and_may_have_nothing_to_say():
    with using_language("en"):
        shown = members_of(pack(evidence(messages=(), steps=(), links=())))["index.html"].decode()
    assert '<html lang="en">' in shown
    assert shown.count("<p>Nothing.</p>") == 3


def test_the_name_binds_the_pack(packed, tmp_path):
    name = pack_name(evidence(), packed)
    path = tmp_path / name
    path.write_bytes(packed)
    assert verify(path) == ()
    again = tmp_path / name.replace(".zip", " (1).zip")
    path.rename(again)
    assert verify(again) == ()
    again.write_bytes(pack(evidence(holder="Un autre")))
    assert [flaw.place for flaw in verify(again)] == [NAME]


def test_a_file_too_large_is_not_read(packed, tmp_path, monkeypatch):
    path = tmp_path / "pack.zip"
    path.write_bytes(packed)
    monkeypatch.setattr(pack_verifier, "MOST", 100)
    with pytest.raises(TooBig):
        verify(path)


def test_the_command_needs_no_portal(packed, tmp_path, monkeypatch):
    """Neither a database nor the folder of one: nothing is made where it runs."""
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    path = tmp_path / pack_name(evidence(), packed)
    path.write_bytes(packed)
    said = CliRunner().invoke(console, ["verify-pack", str(path)])
    assert said.exit_code == 3  # a forger's own would be as good
    assert sha256(members_of(packed)["index.html"]).hexdigest() in said.output
    assert "rien n’est abîmé" in said.output
    assert KEY in said.output
    assert "intact" not in said.output  # by whom it was signed is not known
    said = CliRunner().invoke(console, ["verify-pack", "--key", KEY.upper(), str(path)])
    assert (said.exit_code, "intact" in said.output) == (0, True)
    said = CliRunner().invoke(console, ["verify-pack", "--key", "0" * 64, str(path)])
    assert (said.exit_code, "une autre clé" in said.output) == (1, True)
    spoilt = bytearray(packed)
    spoilt[packed.index(b"%PDF-")] ^= 1
    path.write_bytes(spoilt)
    said = CliRunner().invoke(console, ["verify-pack", str(path)])
    assert said.exit_code == 1
    assert "pieces/01-Mandat-signe-1.pdf" in said.output
    assert "nom du fichier" in said.output
    assert "2 défauts trouvés." in said.output
    assert not (tmp_path / "var").exists()


def test_the_seal_is_as_long_as_it_says():
    assert form.sealed(archive({INDEX: b"{}"})) is not None


def kept(tmp_path, packed):
    """The pack on the disk, beside what is extracted of it as somebody would."""
    path = tmp_path / "dossier.zip"
    path.write_bytes(packed)
    for name in (VERIFIER, READ_ME):
        (tmp_path / name).write_bytes(members_of(packed)[name])
    return path


def test_the_commands_of_its_instructions_verify_a_pack_with_openssl_alone(packed, tmp_path):
    """They are run as they are written, on the pack and on one of which an octet changed."""
    path = kept(tmp_path, packed)
    lines = (tmp_path / READ_ME).read_text("utf8").splitlines()
    commands = "\n".join(line for line in lines if line.startswith("  "))
    script = commands.replace("FICHIER.zip", path.name).replace("CLE", KEY)

    def run():
        done = subprocess.run(
            ["sh", "-c", script], check=False, cwd=tmp_path, capture_output=True, text=True
        )
        verdict, archive_digest, sealed_digest = done.stdout.splitlines()
        return verdict, archive_digest.split()[0] == sealed_digest

    assert run() == ("Signature Verified Successfully", True)
    damaged = bytearray(packed)
    damaged[len(packed) // 2] ^= 1
    path.write_bytes(damaged)
    assert run() == ("Signature Verified Successfully", False)
    damaged[-SEAL_SIZE + 30] ^= 1
    path.write_bytes(damaged)
    assert run() == ("Signature Verification Failure", False)


def test_its_own_verifier_needs_nothing_of_the_portal(packed, tmp_path):
    path = kept(tmp_path, packed)

    def run(*arguments):
        command = [sys.executable, "-I", VERIFIER, *map(str, arguments)]
        done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
        return done.returncode, done.stdout

    assert run(path, KEY) == (0, f"{path} : intact, signé par cette clé\n")
    assert run(path, "0" * 64)[0] == 1
    assert run(path)[0] == 2
    damaged = bytearray(packed)
    damaged[packed.index(b"%PDF") + 8] ^= 1
    path.write_bytes(damaged)
    status, said = run(path, KEY)
    assert status == 1
    assert "l’archive a changé" in said
    assert "Mandat-signe-1.pdf a changé" in said
    path.write_bytes(b"PK")
    assert run(path, KEY)[0] == 1  # no seal


@pytest.mark.parametrize("damage", ["index", "member", "journal", "signature"])
def test_its_own_verifier_names_what_changed(packed, tmp_path, damage, capsys):
    members = members_of(packed)
    index = json.loads(members[INDEX])
    name = index["members"][-1]["name"]
    if damage == "member":
        members[name] += b"x"
    if damage == "journal":
        index["journal"][0]["text"] += " "
        members[INDEX] = json.dumps(index).encode()
    made = archive(members)
    if damage == "index":
        made = made.replace(form.sealed(made).index.encode(), b"0" * 64)
    if damage == "signature":
        made = made[:-1] + (b"0" if made[-1:] != b"0" else b"1")
    path = tmp_path / "dossier.zip"
    path.write_bytes(made)
    assert standalone_verifier.main([str(path), KEY]) == 1
    expected = {
        "index": "index.json a changé",
        "member": f"{name} a changé",
        "journal": "une écriture du journal",
        "signature": "la signature du sceau est fausse",
    }
    assert expected[damage] in capsys.readouterr().out
