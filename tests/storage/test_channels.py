"""What all processes share about the way out: sealed tokens, one that renews them, pauses."""

import pytest

from messages.incoming import Platform
from storage import channels
from storage.channels import StoredToken
from storage.sealing import Sealing

KEY = "example-secret-key-of-the-channels-000"


def test_what_is_sealed_opens_under_the_same_key_and_purpose_only():
    sealing = Sealing(KEY)
    sealed = sealing.seal("token-7f", "token:wecom")

    assert sealing.unseal(sealed, "token:wecom") == "token-7f"
    assert sealing.unseal(sealed, "token:dingtalk") is None
    assert Sealing(KEY + "x").unseal(sealed, "token:wecom") is None
    assert b"token-7f".hex() not in sealed


@pytest.mark.parametrize("changed", ["", "zz", "00", "ab" * 40])
def test_what_was_never_sealed_does_not_open(changed):
    assert Sealing(KEY).unseal(changed, "token:wecom") is None


def test_one_of_two_renews_and_the_other_finds_the_fresh_one(database):
    old = StoredToken("", 0)
    with database.writing() as connection:
        assert channels.begin_renewal(connection, Platform.WECOM, old, now=1_000, until=21_000)
    with database.writing() as connection:
        assert not channels.begin_renewal(connection, Platform.WECOM, old, now=1_001, until=21_001)
        channels.end_renewal(connection, Platform.WECOM, StoredToken("sealed", 9_000))
    with database.writing() as connection:
        # Whoever has still seen the old one must look again.
        assert not channels.begin_renewal(connection, Platform.WECOM, old, now=1_002, until=21_002)
        assert channels.token(connection, Platform.WECOM) == StoredToken("sealed", 9_000)
        assert channels.token(connection, Platform.DINGTALK) == old


def test_a_renewal_that_died_is_taken_over_and_one_that_failed_at_once(database):
    old = StoredToken("", 0)
    with database.writing() as connection:
        assert channels.begin_renewal(connection, Platform.WECOM, old, now=1_000, until=21_000)
        assert channels.begin_renewal(connection, Platform.WECOM, old, now=21_000, until=41_000)
        channels.end_renewal(connection, Platform.WECOM, None)
        assert channels.begin_renewal(connection, Platform.WECOM, old, now=21_001, until=41_001)


def test_a_shorter_pause_does_not_end_a_longer_one(database):
    with database.writing() as connection:
        assert channels.paused(connection) == {}
        channels.pause(connection, Platform.WECOM, 60_000)
        channels.pause(connection, Platform.WECOM, 5_000)
        assert channels.paused(connection) == {Platform.WECOM: 60_000}
