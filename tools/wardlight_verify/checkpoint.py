"""checkpoint.md: signed notes, the word of validators and of witnesses."""

import base64
import re
import unicodedata

from .encoding import Refused, need, sha
from .signatures import LOW_ORDER, key_id, signed

MAX_NOTE, MAX_LINES, MAX_SIZE = 128 * 1024, 64, 1 << 63
DASH = "\u2014 "
PLAIN, COSIGNATURE = b"\1", b"\4"


def unbase64(text):
    """The bytes of the one base64 of them, or nothing."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def is_name(name):
    odd = any(sign == "+" or sign.isspace() or unicodedata.category(sign) == "Cc" for sign in name)
    return bool(name) and not odd


def key_hash(name, kind, key):
    return sha(name, b"\n", kind, key)[:4]


def parse_line(line):
    need(line.startswith(DASH), "Note")
    name, space, encoded = line[len(DASH) :].partition(" ")
    data = unbase64(encoded) if space else None
    need(data is not None and len(data) > 4 and is_name(name), "Note")
    return name, data[:4], data[4:]


def parse_note(data):
    """The signed text, and of each signature line name, key hash and what the key's algorithm made."""
    need(len(data) <= MAX_NOTE, "Note")
    try:
        note = data.decode()
    except UnicodeDecodeError:
        raise Refused("Note") from None
    need(not any(sign < " " and sign != "\n" for sign in note), "Note")
    at = note.rfind("\n\n")
    need(at > 0, "Note")
    text, lines = note[: at + 1], note[at + 2 :]
    need(lines.endswith("\n"), "Note")
    lines = lines[:-1].split("\n")
    need(len(lines) <= MAX_LINES, "Note")
    return text, [parse_line(line) for line in lines]


def parse_text(text, origin):
    """Tree size and root of a checkpoint's text."""
    lines = text.split("\n")
    need(len(lines) == 4 and lines[3] == "", "Shape")
    need(lines[0] == origin, "OtherOrigin")
    need(re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) and int(lines[1]) <= MAX_SIZE, "Shape")
    root = unbase64(lines[2])
    need(root is not None and len(root) == 32, "Shape")
    return int(lines[1]), root


def verify(data, chain, validators):
    """Size, root and the key ids of the validators that signed."""
    text, lines = parse_note(data)
    origin = "wardlight/chain/" + chain.hex()
    size, root = parse_text(text, origin)
    signers = set()
    for name, short, signature in lines:
        named = [validators[by] for by in sorted(validators) if key_hash(origin, PLAIN, validators[by]) == short]
        if name != origin or not named:
            continue
        by = [key for key in named if len(signature) == 64 and signed(key, text.encode(), signature)]
        need(by, "Signature")
        signers.add(key_id(by[0]))
    need(signers, "Unsigned")
    return size, root, signers


def parse_witness(text):
    """Name and key of a witness from its verifier key."""
    parts = text.split("+", 2)
    need(len(parts) == 3, "Key")
    name, short, encoded = parts
    key = unbase64(encoded)
    need(is_name(name) and len(name.encode()) <= 128, "Key")
    need(key is not None and len(key) == 33 and key[:1] == COSIGNATURE and key[1:] not in LOW_ORDER, "Key")
    need(short == key_hash(name, COSIGNATURE, key[1:]).hex(), "Key")
    return name, key[1:]


def cosigned(data, name, key):
    """Seconds since 1970 of the witness's newest word on this note, or nothing."""
    text, lines = parse_note(data)
    newest = None
    for signer, short, blob in lines:
        if signer != name or short != key_hash(name, COSIGNATURE, key):
            continue
        need(len(blob) == 72, "Signature")
        seconds = int.from_bytes(blob[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        need(seconds < 1 << 63 and signed(key, message, blob[8:]), "Signature")
        newest = max(seconds, newest or 0)
    return newest
