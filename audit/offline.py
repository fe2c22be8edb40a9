"""`rolzuiver-verify`: checks a dossier, or a file of signed roots, on a machine that has neither our database nor us.

One file that needs Python and `cryptography`; copy it to wherever you trust. It was written from docs/audit-format.md
and shares no line with what it judges.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

FIELDS = (
    "format", "chain", "seq", "at", "actor", "appointment", "capacity", "role", "behalf_of", "verb", "duty", "step",
    "task", "outcome", "mandate", "ground", "motivation", "flags", "documents", "details", "changes", "correlation",
    "prev",
)  # fmt: skip
ACT = {*FIELDS, "hash", "opened"} - {"chain", "prev"}
ROOT = {"number", "at", "chains", "acts", "root", "previous", "grown", "key", "signature"}
LINE = ROOT - {"grown"} | {"format", "heads"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(Exception):
    """What does not fit, in words."""


def verify_dossier(raw: bytes, *, root: str, key: str) -> dict[str, Any]:
    """Counts of what was checked; `Refused` where something does not fit. `root` and `key` come from elsewhere."""
    try:
        dossier = json.loads(raw)
        _need(canonical(dossier) == raw, "het bestand is niet zoals het geschreven werd")
        return _dossier(dossier, root, key)
    except Refused:
        raise
    except Exception as error:  # whatever a forged file makes Python stumble over
        raise Refused(f"het bestand is geen dossier ({type(error).__name__})") from error


def canonical(dossier: Any) -> bytes:
    """The one way to write it, so that not a single space can be another."""
    return json.dumps(dossier, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _dossier(dossier: Any, root: str, key: str) -> dict[str, Any]:
    _keys(dossier, {"format", "about", "exported_at", "root", "field_lists", "chains", "seal"}, "dossier")
    _need(_number(dossier["format"]) == 1, "dit dossier heeft een ander formaat")
    signed = dossier["root"]
    _keys(signed, ROOT, "wortel")
    _need(signed["root"] == root, "de wortel in het dossier is niet de gepubliceerde wortel")
    _need(signed["key"] == key, "de sleutel in het dossier is niet de gepubliceerde sleutel")
    _signed(key, signed["signature"], _message(signed, signed["grown"]), "de handtekening onder de wortel klopt niet")
    unsealed = sha256(canonical({name: value for name, value in dossier.items() if name != "seal"})).hexdigest()
    seal = _netstrings(["rolzuiver evidence", unsealed])
    _signed(key, dossier["seal"], seal, "de handtekening onder het dossier klopt niet")
    counted: dict[str, Any] = dict.fromkeys(("chains", "acts", "texts", "withheld", "erased", "rows", "closed"), 0)
    counted |= {"root": signed["number"], "at": signed["at"], "documents": set()}
    used: set[str] = set()
    names = [each["chain"] for each in dossier["chains"]]
    _need(dossier["about"] in names and len(set(names)) == len(names), "de ketens kloppen niet met het onderwerp")
    for each in dossier["chains"]:
        _chain(each, signed, dossier["field_lists"], used, counted)
    _need(set(dossier["field_lists"]) == used, "de veldenlijsten zijn niet die van de rijen")
    return counted


def _chain(given: Any, signed: Any, lists: Any, used: set[str], counted: dict[str, Any]) -> None:
    _keys(given, {"chain", "index", "path", "acts"}, "keten")
    name, prev = given["chain"], ""
    erased: set[str] = set()
    for seq, act in enumerate(given["acts"], start=1):
        where = f"{name} nr. {seq}"
        _keys(act, ACT, where)
        _need(_number(act["seq"]) == seq, f"{where} staat niet op haar plaats")
        plain = {**act, "format": _number(act["format"]), "at": _moment(act["at"]), "chain": name, "prev": prev}
        found = sha256(_netstrings(str(plain[field]) for field in FIELDS)).hexdigest()
        _need(act["hash"] == found, f"{where} past niet bij haar hash")
        _opened(act, where, lists, used, counted, erased)
        counted["documents"].update(act["documents"].split())
        prev = found
    leaf = _netstrings([name, str(len(given["acts"])), prev])
    fits = includes(leaf, _number(given["index"]), _number(signed["chains"]), given["path"], signed["root"])
    _need(fits, f"{name} staat niet met deze handelingen in de wortel")
    counted["chains"] += 1
    counted["acts"] += len(given["acts"])
    counted["erased"] += len(erased)


def _opened(act: Any, where: str, lists: Any, used: set[str], counted: dict[str, Any], erased: set[str]) -> None:
    """Each line of what an act changed, beside what is shown of it: the words of a text, the values of a row."""
    lines = act["changes"].split("\n")[:-1]
    _need(len(lines) == len(act["opened"]), f"{where} opent niet haar eigen wijzigingen")
    for line, opened in zip(lines, act["opened"], strict=True):
        table, pk, kind, version, digest = line.split(" ")
        if (table, version) == ("audit_text", "commitment"):
            _need(kind == "+" or opened is None, f"{where}: een vernietigde tekst heeft geen woorden")
            if kind == "-":
                erased.add(pk)
            elif opened is None:
                counted["withheld"] += 1
            else:
                _keys(opened, {"salt", "content"}, where)
                found = sha256(_bytes(opened["salt"]) + opened["content"].encode()).hexdigest()
                _need(found == digest, f"{where}: de woorden van tekst {pk} passen niet bij de verbintenis")
                counted["texts"] += 1
        elif opened is None:
            counted["closed"] += 1
        else:
            _row(lists, table, version, opened, digest, f"{where}: {table} {pk}")
            used.add(version)
            counted["rows"] += 1


def _row(lists: Any, table: str, version: str, values: Any, digest: str, where: str) -> None:
    known = lists[version]
    _keys(known, {"table", "columns"}, f"veldenlijst {version}")
    named = sha256(_netstrings([known["table"], *known["columns"]])).hexdigest()[:16]
    _need(named == version and known["table"] == table, f"veldenlijst {version} is een andere")
    _need(len(values) == len(known["columns"]), f"{where} heeft andere velden")
    _need(sha256(_netstrings(values)).hexdigest() == digest, f"{where} heeft andere waarden")


def includes(leaf: bytes, index: int, size: int, path: Any, root: str) -> bool:
    """RFC 9162, section 2.1.3.2: the same tree as that of RFC 6962."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, sha256(b"\x00" + leaf).digest()
    for each in map(_bytes, path):
        if last == 0:
            return False
        if node & 1 or node == last:
            found = sha256(b"\x01" + each + found).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + each).digest()
        node, last = node >> 1, last >> 1
    return last == 0 and found.hex() == root


def verify_documents(folder: Path, cited: set[str]) -> set[str]:
    """The hashes that no file in the folder has; `Refused` for a file that the dossier does not cite."""
    missing = set(cited)
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        _need(digest in cited, f"{path.name} is gewijzigd, of hoort niet bij dit dossier")
        missing.discard(digest)
    return missing


def verify_roots(lines: Iterator[bytes], *, key: str) -> dict[str, Any]:
    """A file of roots by itself: signed, in order, never shorter, and the last true to the heads that it stands on."""
    heads: dict[str, tuple[int, str]] = {}
    previous, number, last = "", 0, None
    for raw in lines:
        number += 1
        where = f"wortel {number}"
        try:
            last = json.loads(raw)
            _keys(last, LINE, where)
            leaves = [_netstrings([chain, str(_number(seq)), hash]) for chain, seq, hash in last["heads"]]
            message = _message(last, sha256(b"".join(leaves)).hexdigest())
        except (ValueError, TypeError, KeyError) as error:
            raise Refused(f"{where} is onleesbaar") from error
        _need(_number(last["format"]) == 1, f"{where} heeft een ander formaat")
        _need(last["number"] == number and last["previous"] == previous, f"{where} sluit niet aan op de vorige")
        _need(last["key"] == key, f"{where} is ondertekend met een andere sleutel")
        _signed(key, last["signature"], message, f"de handtekening onder {where} klopt niet")
        for chain, seq, hash in last["heads"]:
            _need(seq > heads.get(chain, (0, ""))[0], f"{chain} is in {where} korter dan eerder")
            heads[chain] = seq, hash
        previous = sha256(message).hexdigest()
    if last is None:
        raise Refused("er staat geen wortel in het bestand")
    _need(_merkle_root(heads) == last["root"], f"wortel {number} past niet bij de ketenkoppen in het bestand")
    return {"roots": number, "chains": len(heads), "root": last["root"], "at": last["at"]}


def _merkle_root(heads: dict[str, tuple[int, str]]) -> str:
    ordered = sorted(heads.items(), key=lambda head: head[0].encode())
    level = [sha256(b"\x00" + _netstrings([name, str(seq), hash])).digest() for name, (seq, hash) in ordered]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + level[len(level) & ~1 :]
    return level[0].hex() if level else sha256(b"").hexdigest()


def _message(root: Any, grown: str) -> bytes:
    at = (datetime.fromisoformat(root["at"]) - EPOCH) // timedelta(microseconds=1)
    numbers = [str(_number(root[name])) for name in ("chains", "acts")]
    start = ["rolzuiver root", "1", str(_number(root["number"])), str(at), *numbers]
    return _netstrings([*start, root["root"], root["previous"], grown])


def _signed(key: str, signature: str, message: bytes, says: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(key)).verify(_bytes(signature), message)
    except InvalidSignature:
        raise Refused(says) from None


def _netstrings(values: Any) -> bytes:
    """Length first; nothing (NULL) is a single hyphen."""
    raw = (value if value is None else value.encode() for value in values)
    return b"".join(b"-" if each is None else b"%d:%b," % (len(each), each) for each in raw)


def _moment(text: str) -> int:
    at = datetime.fromisoformat(text)
    _need(at.astimezone(UTC).isoformat(timespec="microseconds") == text, f"{text} is niet zo geschreven")
    return (at - EPOCH) // timedelta(microseconds=1)


def _number(value: Any) -> int:
    _need(type(value) is int, "er staat geen getal waar dat hoort")
    return int(value)


def _bytes(text: str) -> bytes:
    raw = bytes.fromhex(text)
    _need(raw.hex() == text, "er staat iets anders dan kleine hexadecimale cijfers")
    return raw


def _keys(value: Any, keys: set[str], where: str) -> None:
    _need(isinstance(value, dict) and set(value) == keys, f"{where} heeft andere velden dan het formaat")


def _need(fits: bool, says: str) -> None:
    if not fits:
        raise Refused(says)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("rolzuiver-verify", description="Rekent een dossier of wortels na, zonder ons.")
    kinds = parser.add_subparsers(dest="kind", required=True)
    dossier = kinds.add_parser("dossier", help="een geëxporteerd dossier (evidence.json)")
    dossier.add_argument("file", type=Path)
    dossier.add_argument(
        "--root", required=True, help="de gepubliceerde wortel: 64 cijfers, of het bestand met wortels"
    )
    dossier.add_argument("--documents", type=Path, help="map met de documenten die bij het dossier horen")
    roots = kinds.add_parser("roots", help="een bestand met ondertekende wortels")
    roots.add_argument("file", type=Path)
    for each in (dossier, roots):
        each.add_argument("--key", required=True, help="de openbare sleutel: 64 cijfers, of een PEM-bestand")
        each.add_argument("--json", action="store_true", help="de uitslag als JSON")
    given = parser.parse_args(arguments)
    try:
        found = _check_dossier(given) if given.kind == "dossier" else _check_roots(given)
    except (Refused, OSError) as error:
        print(
            json.dumps({"ok": False, "says": str(error)}, ensure_ascii=False) if given.json else f"GEWEIGERD: {error}."
        )
        return 1
    print(json.dumps({"ok": True, **found}, ensure_ascii=False) if given.json else _in_words(given.kind, found))
    return 0


def _check_dossier(given: argparse.Namespace) -> dict[str, Any]:
    raw = given.file.read_bytes()
    found = verify_dossier(raw, root=_published(given.root, raw), key=_key(given.key))
    cited = found.pop("documents")
    missing = verify_documents(given.documents, cited) if given.documents else cited
    return {**found, "documents": len(cited) - len(missing), "not_handed_over": sorted(missing)}


def _check_roots(given: argparse.Namespace) -> dict[str, Any]:
    with given.file.open("rb") as file:
        return verify_roots((line for line in file if line.endswith(b"\n")), key=_key(given.key))


def _published(root: str, raw: bytes) -> str:
    """As it was told; or from the file of roots, the line of the number that the dossier names."""
    if not Path(root).exists():
        return root.lower()
    try:
        number = json.loads(raw)["root"]["number"]
        with Path(root).open("rb") as file:
            return str(next(line["root"] for line in map(json.loads, file) if line["number"] == number))
    except (ValueError, TypeError, KeyError, StopIteration) as error:
        raise Refused(f"{root} kent de wortel van dit dossier niet") from error


def _key(given: str) -> str:
    if not Path(given).exists():
        return given.lower()
    try:
        key = load_pem_public_key(Path(given).read_bytes())
    except ValueError as error:
        raise Refused(f"{given} is geen openbare sleutel") from error
    _need(isinstance(key, Ed25519PublicKey), f"{given} is geen Ed25519-sleutel")
    assert isinstance(key, Ed25519PublicKey)
    return key.public_bytes_raw().hex()


def _in_words(kind: str, found: dict[str, Any]) -> str:
    if kind == "roots":
        return f"Alles klopt: {found['roots']} wortels over {found['chains']} ketens, de laatste {found['root']}."
    missing = len(found["not_handed_over"])
    return (
        f"Alles klopt: {found['acts']} handelingen in {found['chains']} ketens staan zo in wortel {found['root']}"
        f" van {found['at']}.\nTeksten: {found['texts']} getoond, {found['withheld']} niet getoond of vernietigd,"
        f" waarvan {found['erased']} met een handeling van vernietiging.\n"
        f"Rijen: {found['rows']} getoond, {found['closed']} niet.\n"
        f"Documenten: {found['documents']} nagerekend, {missing} niet meegeleverd."
    )


if __name__ == "__main__":
    sys.exit(main())
