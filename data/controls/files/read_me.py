"""Write the instructions of a pack: how to verify it without the portal."""

from data.controls.files.archive import SEAL_SIZE

SIGNATURE_SIZE = 128  # hexadecimal digits at the end of the seal
DER_HEAD = "302A300506032B6570032100"  # of an Ed25519 public key (RFC 8410)
TEXT = f"""Dossier de preuve d’un contrôle

index.html    le contrôle, à lire dans un navigateur
index.json    les mêmes faits, l’empreinte SHA-256 de chaque fichier et l’extrait du journal
pieces/       les pièces transmises
verify.py     vérifie tout : pip install cryptography, puis python verify.py FICHIER.zip CLE

CLE est la clé publique du distributeur : 64 chiffres et lettres, qu’il publie. Sans elle, un
dossier intact dit seulement qu’il est d’accord avec lui-même.

Vérifier sans Python, avec openssl et les commandes de base d’un système :
  tail -c {SEAL_SIZE} FICHIER.zip | head -c -{SIGNATURE_SIZE + 1} > sceau.txt
  tail -c {SIGNATURE_SIZE} FICHIER.zip | tr a-f A-F | basenc --base16 -d > sceau.sig
  printf {DER_HEAD}%s CLE | tr a-f A-F | basenc --base16 -d > cle.der
  openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey cle.der -in sceau.txt -sigfile sceau.sig
  head -c -{SEAL_SIZE} FICHIER.zip | sha256sum
  cut -d' ' -f3 sceau.txt
openssl doit répondre « Signature Verified Successfully », et les deux dernières lignes montrer la
même empreinte : chaque octet de l’archive est alors celui que le distributeur a signé.
"""
