"""The published vectors, somebody else's implementation, and everything that has to be refused."""

import base64
import re
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as Aes
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.platforms.errors import Unreadable
from bot.platforms.wecom.crypto import Cipher, is_signed, signature

KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"
VECTORS = ["V1", "V2", "V3", "V4", "S1", "S2", "S3", "S4", "S5"]


def sealed(plain: bytes) -> str:
    """Base64 of the AES of `plain` as it is: whoever holds the key can write anything inside."""
    key = base64.b64decode(KEY + "=")
    encryptor = Aes(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def framed(message: bytes, length: int | None = None, receive_id: bytes = CORP.encode()) -> bytes:
    return b"r" * 16 + (len(message) if length is None else length).to_bytes(4, "big") + message + receive_id


def padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


@pytest.mark.parametrize("name", VECTORS)
def test_published_vector_has_this_signature(vectors, name):
    v = vectors[name]
    assert signature(v["token"], v["timestamp"], v["nonce"], v["encrypt"]) == v["msg_signature"]
    assert is_signed(v["msg_signature"], v["token"], v["timestamp"], v["nonce"], v["encrypt"])


@pytest.mark.parametrize("name", VECTORS)
def test_published_vector_decrypts_to_exactly_these_bytes(vectors, name):
    v = vectors[name]
    message = Cipher(v["aes_key"], v["receiveid"]).decrypt(v["encrypt"])
    assert message == v["msg"].encode()
    assert len(message) == v["msg_bytes"]


@pytest.mark.parametrize("name", VECTORS)
def test_published_vector_is_encrypted_to_the_same_text(vectors, name):
    v = vectors[name]
    again = Cipher(v["aes_key"], v["receiveid"]).encrypt(v["msg"].encode(), bytes.fromhex(v["random_hex"]))
    assert again == v["encrypt"]


@pytest.mark.parametrize("received", ["", "0" * 40, "é" * 40, "\ud800", "F" * 40])
def test_wrong_signature_is_no_signature(received):
    assert not is_signed(received, "QDG6eK", "1409659589", "263014780", "abc")


def test_signature_counts_in_lower_case_only(vectors):
    v = vectors["V1"]
    assert not is_signed(v["msg_signature"].upper(), v["token"], v["timestamp"], v["nonce"], v["encrypt"])


@given(st.binary(max_size=200))
def test_what_is_encrypted_decrypts_again(message):
    cipher = Cipher(KEY, CORP)
    assert cipher.decrypt(cipher.encrypt(message)) == message


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=200))
def test_another_implementation_reads_what_we_write(text):
    ours = Cipher(KEY, CORP).encrypt(text.encode())
    theirs = PrpCrypto(base64.b64decode(KEY + "=")).decrypt(ours, CORP)
    assert theirs == text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=200))
def test_we_read_what_another_implementation_writes(text):
    theirs = PrpCrypto(base64.b64decode(KEY + "=")).encrypt(text, CORP)
    assert Cipher(KEY, CORP).decrypt(theirs.decode()) == text.encode()


def test_another_implementation_accepts_our_signature():
    crypto = WeChatCrypto("QDG6eK", KEY, CORP)
    encrypt = Cipher(KEY, CORP).encrypt("今天谁代课".encode())
    body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{encrypt}</Encrypt></xml>"
    signed = signature("QDG6eK", "1700000000", "n", encrypt)
    assert crypto.decrypt_message(body, signed, "1700000000", "n") == "今天谁代课"


def test_two_encryptions_of_one_message_differ():
    cipher = Cipher(KEY, CORP)
    assert cipher.encrypt(b"hello") != cipher.encrypt(b"hello")


@pytest.mark.parametrize("length", range(64))
def test_every_padding_from_1_to_32_is_read(length):
    # 16 + 4 + length + 18 bytes: the lengths 0..63 pass through every padding twice
    assert Cipher(KEY, CORP).decrypt(sealed(padded(framed(b"m" * length)))) == b"m" * length


@pytest.mark.parametrize(
    "encrypt",
    [
        "",
        "=",
        "a",
        "abc",
        "AA==",
        "é" * 8,
        "\ud800",
        "AAAA AAAA",
        "AAAA\nAAAA",
        "AAAA====",
        "@@@@",
        "A" * 24 + "==",
    ],
)
def test_broken_base64_is_unreadable(encrypt):
    with pytest.raises(Unreadable):
        Cipher(KEY, CORP).decrypt(encrypt)


@pytest.mark.parametrize("cut", [1, 15, 17, 31, 33])
def test_half_a_block_is_unreadable(cut):
    whole = base64.b64decode(sealed(padded(framed(b"m" * 40))))
    with pytest.raises(Unreadable, match=r"^block$"):
        Cipher(KEY, CORP).decrypt(base64.b64encode(whole[:-cut]).decode())


@pytest.mark.parametrize("pad", [0, 33, 64, 255])
def test_padding_value_outside_1_to_32_is_unreadable(pad):
    # 16 + 4 + 4 + 18 = 42 bytes of frame and 22 of padding
    plain = framed(b"mmmm") + bytes([pad]) * 22
    with pytest.raises(Unreadable, match=r"^padding$"):
        Cipher(KEY, CORP).decrypt(sealed(plain))


@pytest.mark.parametrize("at", range(21))
def test_one_wrong_byte_of_padding_is_unreadable(at):
    plain = bytearray(padded(framed(b"mmmm")))  # 22 bytes of padding at 42..63
    plain[42 + at] ^= 1
    with pytest.raises(Unreadable, match=r"^padding$"):
        Cipher(KEY, CORP).decrypt(sealed(bytes(plain)))


@pytest.mark.parametrize("length", [23, 1000, 2**31, 2**32 - 1])
def test_length_beyond_the_data_is_unreadable(length):
    # only 4 + 18 = 22 bytes follow the length field
    with pytest.raises(Unreadable, match=r"^length$"):
        Cipher(KEY, CORP).decrypt(sealed(padded(framed(b"mmmm", length))))


@pytest.mark.parametrize("length", [0, 3, 5, 22])
def test_length_that_leaves_another_receiver_is_unreadable(length):
    with pytest.raises(Unreadable, match=r"^receive-id$"):
        Cipher(KEY, CORP).decrypt(sealed(padded(framed(b"mmmm", length))))


def test_padding_that_leaves_no_room_for_a_length_is_unreadable():
    with pytest.raises(Unreadable, match=r"^length$"):
        Cipher(KEY, "").decrypt(sealed(b"\x20" * 32))


@pytest.mark.parametrize("receive_id", [b"", b"wx0000000000000000", CORP.encode()[:-1], CORP.encode() + b"0"])
def test_foreign_receiver_is_unreadable(receive_id):
    with pytest.raises(Unreadable, match=r"^receive-id$"):
        Cipher(KEY, CORP).decrypt(sealed(padded(framed(b"hello", receive_id=receive_id))))


@given(st.binary(max_size=160))
def test_arbitrary_plaintext_is_read_or_unreadable(plain):
    whole = plain[: len(plain) // 16 * 16]
    with suppress(Unreadable):
        assert isinstance(Cipher(KEY, CORP).decrypt(sealed(whole)), bytes)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "A", KEY[:-1] + "!", "é" * 43])
def test_key_of_another_length_is_refused_without_showing_it(key):
    with pytest.raises(
        ValueError, match=re.escape("EncodingAESKey must be 43 letters and digits")
    ) as refusal:
        Cipher(key, CORP)
    assert not key or key not in str(refusal.value)
