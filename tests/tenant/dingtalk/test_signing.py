"""Both signatures: published vectors, and what becomes of them in an address."""

from urllib.parse import parse_qs, quote, quote_plus

from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot.tenant.dingtalk.signing import card_sign, is_robot_sign, robot_sign

SECRET, TIMESTAMP = "this is secret", "1577262236757"
SIGN = "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


def test_the_sample_of_the_official_page_is_signed_as_recomputed():
    assert robot_sign(SECRET, TIMESTAMP) == SIGN
    assert quote_plus(SIGN) == "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"


def test_of_a_card_callback_only_the_time_is_signed():
    assert card_sign("card-api-secret", "1700000000000") == "w5yasVoE0C5W/x7zrNW8ReAk8FfqvWC8eTrZdsewFR4="


@example(SECRET, 1577262236757)
@given(st.text(min_size=1).filter(lambda s: s.isprintable()), st.integers(0, 10**15))
def test_a_sign_survives_being_encoded_once_and_only_once(secret, at):
    timestamp = str(at)
    sign = robot_sign(secret, timestamp)
    assert parse_qs(f"sign={quote_plus(sign)}")["sign"] == [sign]
    # aiohttp encodes what it gets as a parameter; what was encoded before is then encoded twice.
    assert URL("http://h/").update_query(sign=sign).query["sign"] == sign
    twice = URL("http://h/").update_query(sign=quote(sign, safe="")).query["sign"]
    assert is_robot_sign(sign, secret, timestamp)
    assert not is_robot_sign(twice, secret, timestamp)
    assert not is_robot_sign(sign, secret + "x", timestamp)


def test_any_text_can_be_compared():
    assert not is_robot_sign("\ud800", SECRET, TIMESTAMP)
    assert not is_robot_sign(SIGN, SECRET, "\ud800")
