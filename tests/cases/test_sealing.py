"""Seals: any two of the openers open, nobody alone; what was changed, moved or cut off does not open."""

import json
from base64 import b64decode, b64encode
from itertools import permutations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules import sealing
from cases.rules.sealing import CHUNK, SUITE, TAG, Broken, Cost, Sealer, WrongPassphrase, fingerprint, unseal

QUICK = Cost(iterations=1, memory=64)
TENDER = "case/7/1/3f2a"


class Cast:
    """Openers with their keys."""

    def __init__(self, count: int) -> None:
        self.private = [X25519PrivateKey.generate() for _ in range(count)]
        self.public = [key.public_key().public_bytes_raw() for key in self.private]
        self.names = [fingerprint(public) for public in self.public]


def sealed(content: bytes, key: bytes, part: str = "document/1", tender: str = TENDER, piece: int = 10_000) -> bytes:
    sealer = Sealer(key, tender=tender, part=part)
    written = [sealer.add(content[at : at + piece]) for at in range(0, len(content), piece)]
    return b"".join([*written, sealer.end()])


def opened(content: bytes, key: bytes, part: str = "document/1", tender: str = TENDER, piece: int = 7_777) -> bytes:
    pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
    return b"".join(unseal(pieces, key=key, tender=tender, part=part))


@settings(max_examples=15, deadline=None)
@given(count=st.integers(4, 7), data=st.data())
def test_any_two_open_in_either_order(count: int, data: st.DataObject) -> None:
    cast, key = Cast(count), sealing.new_tender_key()
    envelopes = sealing.seal_key(key, tender=TENDER, openers=cast.public)
    first, second = data.draw(st.permutations(range(count)))[:2]
    for one, other in ((first, second), (second, first)):
        left = sealing.peel(envelopes, tender=TENDER, private=cast.private[one])
        assert sealing.finish(left, tender=TENDER, first=cast.names[one], private=cast.private[other]) == key


def test_every_pair_of_five_opens() -> None:
    cast, key = Cast(5), sealing.new_tender_key()
    envelopes = json.loads(json.dumps(sealing.seal_key(key, tender=TENDER, openers=cast.public)))
    for one, other in permutations(range(5), 2):
        left = sealing.peel(envelopes, tender=TENDER, private=cast.private[one])
        assert sealing.finish(left, tender=TENDER, first=cast.names[one], private=cast.private[other]) == key


def test_one_alone_opens_nothing_with_all_that_is_kept() -> None:
    """Every envelope, outer or peeled, with every way in which one key could be tried on it."""
    cast, key = Cast(4), sealing.new_tender_key()
    envelopes = sealing.seal_key(key, tender=TENDER, openers=cast.public)
    alone = cast.private[0]
    left = sealing.peel(envelopes, tender=TENDER, private=alone)
    kept = [each for row in envelopes.values() for each in row.values()] + list(left.values())
    infos = [
        sealing.info(layer, TENDER, one, other)
        for layer in ("first", "second")
        for one, other in permutations(cast.names, 2)
    ]
    found = set()
    for each in kept:
        for info in infos:
            try:
                found.add(SUITE.decrypt(b64decode(each), alone, info))
            except InvalidTag:
                continue
    assert key not in found
    assert found == {b64decode(each) for each in left.values()}
    with pytest.raises(Broken):
        sealing.finish(left, tender=TENDER, first=cast.names[0], private=alone)


def test_nothing_of_a_stranger_opens() -> None:
    cast, key = Cast(4), sealing.new_tender_key()
    envelopes = sealing.seal_key(key, tender=TENDER, openers=cast.public)
    stranger = X25519PrivateKey.generate()
    with pytest.raises(Broken):
        sealing.peel(envelopes, tender=TENDER, private=stranger)
    left = sealing.peel(envelopes, tender=TENDER, private=cast.private[1])
    with pytest.raises(Broken):
        sealing.finish(left, tender=TENDER, first=cast.names[1], private=stranger)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_changed_envelope_is_refused(data: st.DataObject) -> None:
    cast, key = Cast(4), sealing.new_tender_key()
    envelopes = sealing.seal_key(key, tender=TENDER, openers=cast.public)
    second = data.draw(st.sampled_from(cast.names[1:]))
    raw = bytearray(b64decode(envelopes[cast.names[0]][second]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    envelopes[cast.names[0]][second] = b64encode(bytes(raw)).decode()
    with pytest.raises(Broken):
        sealing.peel(envelopes, tender=TENDER, private=cast.private[0])


def test_an_envelope_of_another_tender_or_pair_is_refused() -> None:
    cast = Cast(4)
    one = sealing.seal_key(sealing.new_tender_key(), tender=TENDER, openers=cast.public)
    other = sealing.seal_key(sealing.new_tender_key(), tender="case/7/1/ffff", openers=cast.public)
    a, b, c, d = cast.names
    with pytest.raises(Broken):
        sealing.peel(other, tender=TENDER, private=cast.private[0])
    swapped = {a: {b: one[a][c], c: one[a][b], d: one[a][d]}}
    with pytest.raises(Broken):
        sealing.peel(swapped, tender=TENDER, private=cast.private[0])
    left = sealing.peel(one, tender=TENDER, private=cast.private[0])
    with pytest.raises(Broken):
        sealing.finish({b: left[c]}, tender=TENDER, first=a, private=cast.private[1])
    with pytest.raises(Broken):
        sealing.finish(left, tender=TENDER, first=c, private=cast.private[1])
    with pytest.raises(Broken):
        sealing.finish({b: "geen base64!"}, tender=TENDER, first=a, private=cast.private[1])


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
@pytest.mark.parametrize("piece", [1000, CHUNK, 10 * CHUNK])
def test_content_of_any_size_comes_back_however_it_came(size: int, piece: int) -> None:
    key, content = sealing.new_tender_key(), bytes(n % 251 for n in range(size))
    written = sealed(content, key, piece=piece)
    assert content[:100] not in written or size < 10
    assert len(written) == size + TAG * max(1, -(-size // CHUNK))
    assert opened(written, key, piece=piece) == content


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 2 * CHUNK), flip=st.integers(1, 255))
def test_changed_content_is_refused(at: int, flip: int) -> None:
    key = sealing.new_tender_key()
    written = bytearray(sealed(bytes(2 * CHUNK), key))
    written[at] ^= flip
    with pytest.raises(Broken):
        opened(bytes(written), key)


def test_content_that_was_cut_off_lengthened_or_moved_is_refused() -> None:
    key, one = sealing.new_tender_key(), CHUNK + TAG
    written = sealed(bytes(range(256)) * 1024, key)
    for wrong in (
        b"",
        written[:one],  # ends where a chunk does
        written[:-1],
        written[one:],
        written + written[:one],
        written[one : 2 * one] + written[:one] + written[2 * one :],
    ):
        with pytest.raises(Broken):
            opened(wrong, key)
    for part, tender in (("document/2", TENDER), ("manifest", TENDER), ("document/1", "case/7/1/ffff")):
        with pytest.raises(Broken):
            opened(written, key, part=part, tender=tender)
    with pytest.raises(Broken):
        opened(written, sealing.new_tender_key())


def test_a_key_opens_with_its_passphrase_alone() -> None:
    public, locked = sealing.new_key("een lange zin die niemand raadt", QUICK)
    private = sealing.unlock(locked, public, " een lange  zin die niemand raadt ")
    assert private.public_key().public_bytes_raw() == public
    assert private.private_bytes_raw() not in locked.wrapped
    for wrong in ("een lange zin die niemand raad", "", "Een lange zin die niemand raadt"):
        with pytest.raises(WrongPassphrase):
            sealing.unlock(locked, public, wrong)
    other, _ = sealing.new_key("een lange zin die niemand raadt", QUICK)
    with pytest.raises(WrongPassphrase):
        sealing.unlock(locked, other, "een lange zin die niemand raadt")


def test_another_passphrase_for_the_same_key_ends_the_first() -> None:
    public, locked = sealing.new_key("een lange zin die niemand raadt", QUICK)
    again = sealing.relock(locked, public, "een lange zin die niemand raadt", "en nu een heel andere zin", QUICK)
    assert sealing.unlock(again, public, "en nu een heel andere zin").public_key().public_bytes_raw() == public
    assert again.salt != locked.salt
    with pytest.raises(WrongPassphrase):
        sealing.unlock(again, public, "een lange zin die niemand raadt")
    with pytest.raises(WrongPassphrase):
        sealing.relock(locked, public, "fout", "en nu een heel andere zin", QUICK)


def test_a_passphrase_for_paper_is_long_and_never_the_same() -> None:
    made = {sealing.new_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(each) == 35 and each.count("-") == 5 for each in made)
