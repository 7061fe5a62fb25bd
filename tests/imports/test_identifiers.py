"""Identity and mobile numbers: hashed under a key, shown by their last four digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.identifiers import Identifiers, SecretKeyFault, is_personal, mask

KEY = "a secret key of more than thirty-two characters"


@pytest.mark.parametrize(
    ("identifier", "personal"),
    [
        ("13800001111", True),
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("110105491231002", True),  # 15 digits, born on 31 December 1949
        ("110105491331002", False),  # there is no 13th month
        ("12800001111", False),
        ("T001", False),
        ("1380000111", False),
        ("2024000001", False),
    ],
)
def test_what_looks_like_an_identity_or_mobile_number(identifier, personal):
    assert is_personal(identifier) is personal


def test_the_same_number_has_one_hash_under_one_key_and_another_under_another():
    mine, other = Identifiers(KEY), Identifiers(KEY + "!")

    assert mine.stored("11010519491231002x") == mine.stored("11010519491231002X")
    assert mine.stored("13800001111") != other.stored("13800001111")
    assert mine.fingerprint != other.fingerprint
    assert mine.stored("13800001111")[1] == mine.mobile("13800001111")[1] == "1111"
    # One hash of a number says nothing about where else it stands.
    assert mine.stored("13800001111")[0] != f"hmac:{mine.mobile('13800001111')[0]}"


def test_plain_numbers_need_no_key():
    assert Identifiers(None).stored("T001") == ("T001", "")
    with pytest.raises(SecretKeyFault, match="请先设置 BOT_SECRET_KEY"):
        Identifiers("").stored("13800001111")


@given(st.text(max_size=40))
def test_a_mask_never_shows_more_than_four_characters_nor_more_than_half(text):
    shown = mask(text).lstrip("*")
    assert len(shown) <= min(4, len(text) // 2) or text.endswith("*")
