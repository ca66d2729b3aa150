"""encoding.md: deterministic CBOR and the shapes of values."""

import hashlib
import io

import cbor2

ZERO = bytes(32)


class Refused(Exception):
    """A refusal with the name that the vectors use, and how many signers are missing where nothing else is."""

    def __init__(self, name, missing=0):
        super().__init__(name)
        self.missing = missing


def sha(*parts):
    return hashlib.sha256(b"".join(p.encode() if isinstance(p, str) else p for p in parts)).digest()


def encode(value):
    """The one encoding of a value: maps ascending by key."""
    if isinstance(value, dict):
        body = b"".join(cbor2.dumps(key) + encode(value[key]) for key in sorted(value))
        return head(5, len(value)) + body
    if isinstance(value, (list, tuple)):
        return head(4, len(value)) + b"".join(map(encode, value))
    return cbor2.dumps(value)


def head(major, number):
    first = cbor2.dumps(number)
    return bytes([first[0] | major << 5]) + first[1:]


def is_uint(bits):
    return lambda v: type(v) is int and 0 <= v < 1 << bits


def is_time(v):
    return type(v) is int and -(1 << 63) <= v < 1 << 63


def is_bytes(length):
    return lambda v: isinstance(v, bytes) and len(v) == length


def one_of(count):
    return lambda v: type(v) is int and 0 <= v < count


def is_text(v):
    return isinstance(v, str)


def any_bytes(v):
    return isinstance(v, bytes)


def list_of(item):
    return lambda v: isinstance(v, list) and all(map(item, v))


def fields(*items, optional=0):
    """An array of fields, of which so many at the end may be left out."""
    return lambda v: isinstance(v, list) and len(items) - optional <= len(v) <= len(items) and all(
        item(field) for item, field in zip(items, v)
    )


def struct(*items, optional=()):
    """A map with keys from 0. For Python true and 1.0 are the key 1 too, for the format they are not."""

    def check(v):
        return isinstance(v, dict) and all(
            item(v[key]) if key in v else key in optional for key, item in enumerate(items)
        ) and all(type(key) is int and key in range(len(items)) for key in v)

    return check


def choice(*cases):
    return lambda v: isinstance(v, list) and len(v) == 2 and one_of(len(cases))(v[0]) and cases[v[0]](v[1])


def need(condition, name, missing=0):
    if not condition:
        raise Refused(name, missing)


def decode(data, schema, limit):
    if len(data) > limit:
        raise Refused("TooLarge")
    stream = io.BytesIO(data)
    try:
        value = cbor2.load(stream)
    except Exception as error:
        raise Refused("Malformed") from error
    if not schema(value):
        raise Refused("Malformed")
    if stream.tell() != len(data) or encode(value) != data:
        raise Refused("NotCanonical")
    return value
