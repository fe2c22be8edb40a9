"""Two heaps are the same, or something is left; what is verified first holds on to nothing else."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.verify.balance import Balance

HEAPS = st.lists(st.sampled_from([b"", b"a", b"b", b"ab", b"\x00"]), max_size=8)


def balance(put: list[bytes], taken: list[bytes]) -> Balance:
    """As the loops do it that pass millions."""
    weighed = Balance()
    weighed.left = sum(hash(weighed.key + each) for each in put)
    for each in taken:
        weighed.take(each)
    return weighed


@pytest.mark.long
@given(HEAPS, HEAPS)
def test_it_is_even_when_both_heaps_hold_the_same_as_often(one: list[bytes], other: list[bytes]) -> None:
    assert balance(one, other).even == (Counter(one) == Counter(other))


def test_each_verification_weighs_otherwise() -> None:
    assert balance([b"a"], []).left != balance([b"a"], []).left


def test_what_fits_in_no_heap_upsets_it() -> None:
    weighed = balance([b"a"], [b"a"])
    weighed.sound = False
    assert not weighed.even
