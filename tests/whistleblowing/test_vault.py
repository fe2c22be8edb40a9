"""The vault: what is sealed opens for whom and where it was meant; nothing else does, and lengths say little."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules import sealing
from cases.rules.sealing import Broken, Cost, WrongPassphrase
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.vault import Enclosed, ReportKeys

QUICK = Cost(iterations=1, memory=64)
SALT = bytes(range(16))
WORDS = st.text(max_size=12)
ABOUT = st.lists(WORDS, max_size=4).map(tuple)
CONTENT = st.binary(max_size=5000)
KIB = 1024
SENTENCE = "een lange zin die niemand raadt"

quick = settings(max_examples=60, deadline=None)


@quick
@given(content=CONTENT, about=ABOUT)
def test_what_is_sealed_opens_for_whom_it_is_meant(content: bytes, about: tuple[str, ...]) -> None:
    private, public = vault.new_pair()
    sealed = vault.seal_to(public, content, about=about)
    assert vault.open_with(private, sealed, about=about) == content
    key = vault.new_key()
    assert vault.unbox(key, vault.box(key, content, about=about), about=about) == content


@quick
@given(about=ABOUT, elsewhere=ABOUT)
def test_nothing_that_was_moved_opens(about: tuple[str, ...], elsewhere: tuple[str, ...]) -> None:
    """Between reports, holders, lanes or kinds: whatever words it was bound to."""
    if about == elsewhere:
        return
    (private, public), key, shred = vault.new_pair(), vault.new_key(), vault.new_key()
    with pytest.raises(Broken):
        vault.open_with(private, vault.seal_to(public, b"woorden", about=about), about=elsewhere)
    with pytest.raises(Broken):
        vault.unbox(key, vault.box(key, b"woorden", about=about), about=elsewhere)
    wrapped = vault.wrap_key(key, to=public, shred=shred, about=about)
    with pytest.raises(Broken):
        vault.unwrap_key(wrapped, by=private, shred=shred, about=elsewhere)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("ab", "c"), ("a", "bc")), (("a", "b"), ("a", "b", "")), (("a,b",), ("a", "b")), (('a", "b',), ("a", "b"))],
)
def test_words_that_run_together_are_no_other_words(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    key = vault.new_key()
    with pytest.raises(Broken):
        vault.unbox(key, vault.box(key, b"", about=one), about=other)


@quick
@given(about=ABOUT)
def test_one_kind_of_seal_is_no_other_kind(about: tuple[str, ...]) -> None:
    (private, public), shred = vault.new_pair(), vault.new_key()
    sealed = vault.seal_to(public, bytes(32), about=about)
    wrapped = vault.wrap_key(bytes(32), to=public, shred=shred, about=about)
    with pytest.raises(Broken):
        vault.open_with(private, wrapped, about=about)
    with pytest.raises(Broken):
        vault.unwrap_key(sealed, by=private, shred=shred, about=about)


@quick
@given(data=st.data())
def test_what_was_changed_or_cut_off_does_not_open(data: st.DataObject) -> None:
    (private, public), key, shred = vault.new_pair(), vault.new_key(), vault.new_key()
    opening: list[tuple[bytes, Callable[[bytes], bytes]]] = [
        (vault.seal_to(public, b"woorden", about=("a",)), lambda it: vault.open_with(private, it, about=("a",))),
        (vault.box(key, b"woorden", about=("a",)), lambda it: vault.unbox(key, it, about=("a",))),
        (
            vault.wrap_key(key, to=public, shred=shred, about=("a",)),
            lambda it: vault.unwrap_key(it, by=private, shred=shred, about=("a",)),
        ),
    ]
    shut, opened = data.draw(st.sampled_from(opening))
    changed = bytearray(shut)
    changed[data.draw(st.integers(0, len(shut) - 1))] ^= data.draw(st.integers(1, 255))
    cut = shut[: data.draw(st.integers(0, len(shut) - 1))]
    for wrong in (bytes(changed), cut, shut + b"\x00", b""):
        with pytest.raises(Broken):
            opened(wrong)


def test_a_seal_opens_for_nobody_else_not_even_for_who_made_it() -> None:
    (private, public), (stranger, other) = vault.new_pair(), vault.new_pair()
    sealed = vault.seal_to(public, b"woorden", about=())
    for wrong in (stranger, public, other):
        with pytest.raises(Broken):
            vault.open_with(wrong, sealed, about=())
    assert vault.public_of(private) == public


def test_a_key_takes_both_the_holder_and_the_shred_key() -> None:
    (private, public), (stranger, _), shred = vault.new_pair(), vault.new_pair(), vault.new_key()
    wrapped = vault.wrap_key(bytes(range(32)), to=public, shred=shred, about=("a",))
    assert vault.unwrap_key(wrapped, by=private, shred=shred, about=("a",)) == bytes(range(32))
    for holder, key in ((stranger, shred), (private, vault.new_key()), (private, bytes(32)), (shred, private)):
        with pytest.raises(Broken):
            vault.unwrap_key(wrapped, by=holder, shred=key, about=("a",))


def test_an_envelope_is_of_one_report_one_holder_and_one_lane() -> None:
    (private, public), shred = vault.new_pair(), vault.new_key()
    keys = ReportKeys(talk=vault.new_key(), desk=vault.new_key())
    shut = vault.enclose(keys, report="r1", holder="1", to=public, shred=shred)
    assert vault.disclose(shut, report="r1", holder="1", by=private, shred=shred) == keys
    swapped = Enclosed(talk=shut.desk, desk=shut.talk)
    for envelope, report, holder in ((shut, "r2", "1"), (shut, "r1", "2"), (swapped, "r1", "1")):
        with pytest.raises(Broken):
            vault.disclose(envelope, report=report, holder=holder, by=private, shred=shred)


@quick
@given(content=st.binary(max_size=40_000).flatmap(lambda some: st.sampled_from([some, some + b"\x00", some + b"\x80"])))
def test_padding_comes_off_again(content: bytes) -> None:
    assert vault.unpad(vault.pad(content)) == content


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, KIB), (1, KIB), (KIB - 1, KIB), (KIB, 2 * KIB), (5 * KIB, 6 * KIB), (16 * KIB - 1, 16 * KIB),
        (16 * KIB, 32 * KIB), (32 * KIB - 1, 32 * KIB), (32 * KIB, 64 * KIB), (200_000, 256 * KIB),
    ],
)  # fmt: skip
def test_lengths_are_few(length: int, padded: int) -> None:
    assert len(vault.pad(bytes(length))) == padded
    _, public = vault.new_pair()
    assert len(vault.seal_to(public, bytes(length), about=("a",))) == padded + 48


@pytest.mark.parametrize("wrong", [b"", b"\x00" * KIB, b"woorden", b"woorden\x00"])
def test_what_was_not_padded_is_refused(wrong: bytes) -> None:
    with pytest.raises(Broken):
        vault.unpad(wrong)


def test_the_same_words_never_look_the_same() -> None:
    (_, public), key = vault.new_pair(), vault.new_key()
    assert len({vault.seal_to(public, b"", about=()) for _ in range(50)}) == 50
    assert len({vault.box(key, b"", about=()) for _ in range(50)}) == 50


def test_a_tag_is_found_by_who_has_the_key() -> None:
    one, other = vault.new_key(), vault.new_key()
    tags = [vault.tag(key, number) for key in (one, other) for number in range(100)]
    assert len(set(tags)) == 200
    assert {len(each) for each in tags} == {16}
    assert vault.tag(one, 7) == tags[7]


@pytest.mark.parametrize(
    "typed",
    [
        "1234567890123456", "1234 5678 9012 3456", " 1234-5678-9012-3456\n", "1234\u00a05678\u20119012\u22123456",
        "12.34.56.78.90.12.34.56",
        "".join(chr(0xFF10 + int(digit)) for digit in "1234567890123456"),
        "\u200b1234567890123456\ufeff",
    ],
)  # fmt: skip
def test_a_receipt_is_read_however_it_was_written_down(typed: str) -> None:
    assert vault.read_receipt(typed) == "1234567890123456"


@pytest.mark.parametrize(
    "typed",
    [
        "", "123456789012345", "12345678901234567", "123456789012345a", "1234/5678/9012/3456", "\x00", "9" * 200_000,
        "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦", "²" * 8, "1234567890123456" + " " * 200,
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(typed: str) -> None:
    assert vault.read_receipt(typed) is None


@given(typed=st.text(max_size=60))
def test_reading_a_receipt_never_fails(typed: str) -> None:
    receipt = vault.read_receipt(typed)
    assert receipt is None or (len(receipt) == 16 and receipt.isdigit())


def test_receipts_are_sixteen_digits_and_come_back_as_shown() -> None:
    made = {vault.new_receipt() for _ in range(200)}
    assert len(made) == 200
    for receipt in made:
        assert len(vault.shown(receipt)) == 19
        assert vault.read_receipt(vault.shown(receipt)) == receipt


def test_the_two_keys_of_a_receipt_say_nothing_of_each_other() -> None:
    keys = vault.receipt_keys("1234567890123456", SALT, QUICK)
    assert keys == vault.receipt_keys("1234567890123456", SALT, QUICK)
    others = [
        vault.receipt_keys("1234567890123457", SALT, QUICK),
        vault.receipt_keys("1234567890123456", bytes(16), QUICK),
        vault.receipt_keys("1234567890123456", SALT, Cost(iterations=2, memory=64)),
    ]
    assert len({each for one in [keys, *others] for each in (one.lookup, one.wrap)}) == 8
    box = vault.box(keys.wrap, b"talk", about=("receipt",))
    with pytest.raises(Broken):
        vault.unbox(keys.lookup, box, about=("receipt",))


def test_a_key_of_a_handler_opens_no_lock_of_an_opener_of_tenders() -> None:
    public, locked = sealing.new_key(SENTENCE, QUICK, label=vault.LABEL)
    with pytest.raises(WrongPassphrase):
        sealing.unlock(locked, public, SENTENCE)
    again = sealing.relock(locked, public, SENTENCE, "en nu een andere zin", QUICK, label=vault.LABEL)
    assert sealing.unlock(again, public, "en nu een andere zin", label=vault.LABEL)


def test_an_identity_takes_two_whoever_they_are() -> None:
    pairs = [vault.new_pair() for _ in range(4)]
    key = vault.new_key()
    sealed = sealing.seal_key(key, tender="identity/r1", openers=[public for _, public in pairs])
    from_raw = X25519PrivateKey.from_private_bytes
    for (one, one_public), (other, _) in permutations(pairs, 2):
        left = sealing.peel(sealed, tender="identity/r1", private=from_raw(one))
        first = sealing.fingerprint(one_public)
        assert sealing.finish(left, tender="identity/r1", first=first, private=from_raw(other)) == key
        with pytest.raises(Broken):
            sealing.finish(left, tender="identity/r1", first=first, private=from_raw(one))


class Busy:
    """Stands where Argon2id stands, and counts how many are at it."""

    now, most, done = 0, 0, 0
    guard = threading.Lock()

    def __init__(self, **asked: object) -> None:
        pass

    def derive(self, words: bytes) -> bytes:
        with Busy.guard:
            Busy.now += 1
            Busy.most = max(Busy.most, Busy.now)
        threading.Event().wait(0.002)
        with Busy.guard:
            Busy.now -= 1
            Busy.done += 1
        return bytes(32)


def test_fifty_at_once_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that fifty receipts at once take the memory of one."""
    monkeypatch.setattr(sealing, "Argon2id", Busy)
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda n: vault.receipt_keys(f"{n:016d}", SALT, QUICK), range(50)))
    assert (Busy.most, Busy.done, Busy.now) == (1, 50, 0)


def test_whoever_fails_at_it_does_not_keep_the_turn() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="memory_cost"):
            sealing.stretch(SENTENCE, SALT, Cost(iterations=1, memory=1))


def _hold(inside: "Synchronized[int]", most: "Synchronized[int]") -> None:
    """In a process of its own: the most that were at it together."""

    class Counted:
        def __init__(self, **asked: object) -> None:
            pass

        def derive(self, words: bytes) -> bytes:
            with inside.get_lock():
                inside.value += 1
                most.value = max(most.value, inside.value)
            threading.Event().wait(0.005)
            with inside.get_lock():
                inside.value -= 1
            return bytes(32)

    pytest.MonkeyPatch().setattr(sealing, "Argon2id", Counted)
    for _ in range(10):
        sealing.stretch(SENTENCE, SALT, QUICK)


@pytest.mark.long
def test_processes_take_turns_too() -> None:
    context = get_context("spawn")
    inside, most = context.Value("i", 0), context.Value("i", 0)
    workers = [context.Process(target=_hold, args=(inside, most)) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert [each.exitcode for each in workers] == [0, 0, 0]
    assert (inside.value, most.value) == (0, 1)
