"""Verify an evidence pack with this file and the `cryptography` package only.

Each pack holds a copy of it, named verify.py:

    python verify.py preuves-….zip CLÉ

CLÉ is the public key that the distributor publishes. The exit status is 0 if the pack is intact and
signed by that key, 1 if it is not, 2 if it cannot be read.
"""

import hashlib
import json
import re
import sys
import zipfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SEAL = re.compile(
    rb"(espace-client-pack-2 ([0-9a-f]{64}) ([0-9a-f]{64}) ([0-9a-f]{64})) ([0-9a-f]{128})\Z"
)


def find_faults(path: str, key: str) -> list[str]:
    """Return the faults of the pack at `path`; raise OSError, or BadZipFile if it is no ZIP."""
    with open(path, "rb") as file:  # noqa: PTH123 (no import but what is needed)
        packed = file.read()
    seal = SEAL.search(packed)
    if seal is None:
        return ["le sceau manque"]
    signed, index_digest, body_digest, signer, signature = (part.decode() for part in seal.groups())
    faults = []
    if signer != key.strip().lower():
        faults.append(f"il est signé par une autre clé, {signer}")
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
        public.verify(bytes.fromhex(signature), signed.encode())
    except InvalidSignature:
        faults.append("la signature du sceau est fausse")
    if hashlib.sha256(packed[: seal.start()]).hexdigest() != body_digest:
        faults.append("l’archive a changé depuis qu’elle est scellée")
    return faults + _faults_in_members(path, index_digest)


def _faults_in_members(path: str, index_digest: str) -> list[str]:
    """Compare each file of the archive with the index, and the journal with its own digests."""
    with zipfile.ZipFile(path) as archive:
        if _digest(archive, "index.json") != index_digest:
            return ["index.json a changé"]
        facts = json.loads(archive.read("index.json"))
        faults = [
            f"{member['name']} a changé"
            for member in facts["members"]
            if _digest(archive, member["name"]) != member["sha256"]
        ]
    for entry in facts["journal"]:
        text = entry["text"].encode("utf-8", "surrogatepass")
        if hashlib.sha256(text).hexdigest() != entry["digest"]:
            faults.append("une écriture du journal n’est plus celle de son empreinte")
    return faults


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    """Return the SHA-256 of a file of the archive; "" if it is damaged or not there."""
    try:
        return hashlib.sha256(archive.read(name)).hexdigest()
    except (KeyError, zipfile.BadZipFile):
        return ""


def main(arguments: list[str]) -> int:
    """Print the faults, one a line, and return the exit status."""
    if len(arguments) != 2:  # noqa: PLR2004 (the file and the key)
        sys.stderr.write("usage : python verify.py FICHIER.zip CLÉ\n")
        return 2
    try:
        faults = find_faults(*arguments)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{arguments[0]} : illisible ({error})\n")
        return 2
    for fault in faults:
        sys.stdout.write(f"{arguments[0]} : {fault}\n")
    if not faults:
        sys.stdout.write(f"{arguments[0]} : intact, signé par cette clé\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
