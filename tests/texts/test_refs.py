"""What stands behind the words of a button."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.refs import ref_of, referring, split_ref


@given(st.text(max_size=30), st.text(max_size=40))
def test_what_a_button_says_is_split_into_its_words_and_its_reference(words, trace):
    ref = ref_of(trace)
    said, found = split_ref(referring(words, ref))
    assert (said, found) == (words.strip(), ref)


@pytest.mark.parametrize(
    "said", ["确认", "确认 加急", "提交 A5 https://a.cn/x 课件（PPTX）", "选点 A1 A5 B2", "〔K7〕"]
)
def test_what_people_type_has_no_reference(said):
    assert split_ref(said) == (said, "")
