"""cose.md: signatures under the strict rule."""

import functools

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .encoding import Refused, decode, sha
from .formats import SIGN, SIGN1

PROTECTED = bytes.fromhex("a10127")

LOW_ORDER = {bytes.fromhex(h + t) for h, ts in {
    "01" + "00" * 30: ("00", "80"), "00" * 31: ("00", "80"), "ec" + "ff" * 30: ("7f", "ff"),
    "ed" + "ff" * 30: ("7f", "ff"), "ee" + "ff" * 30: ("7f", "ff"),
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc": ("05", "85"),
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03": ("7a", "fa"),
}.items() for t in ts}


@functools.lru_cache(maxsize=1 << 16)
def signed(key, message, signature):
    """The strict rule: no point of low order on either side; OpenSSL refuses S that is not reduced."""
    if key in LOW_ORDER or signature[:32] in LOW_ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def key_id(key):
    return sha("wardlight/key/1", key)[:16]


def sign1(data, limit):
    value = decode(data, SIGN1, limit)
    if value[0] != PROTECTED:
        raise Refused("NotCanonical")
    return value[2], value[3]


def sign(data):
    value = decode(data, SIGN, 65536)
    signers = [(unprotected[4], signature) for _, unprotected, signature in value[3]]
    if not 1 <= len(signers) <= 16:
        raise Refused("OutOfBounds")
    ids = [signer for signer, _ in signers]
    if value[0] != b"" or any(s[0] != PROTECTED for s in value[3]) or ids != sorted(set(ids)):
        raise Refused("NotCanonical")
    return value[2], signers
