"""Changed archives and bundles, and bundles that are signed anew with the validators' keys of the vectors."""

import base64

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wardlight_verify.archive import MAGIC
from wardlight_verify.checkpoint import DASH, PLAIN, key_hash
from wardlight_verify.encoding import encode, sha
from wardlight_verify.evidence import Founding
from wardlight_verify.signatures import PROTECTED, key_id
from wardlight_verify.trees import Frontier
from wardlight_verify.verifier import header_id

# Any bytes -----------------------------------------------------------------------------------------------------------

BYTES = ["flip", "flip", "flip", "byte", "cut", "splice", "append"]


def change(source, kind, data):
    """Bytes changed without a look at what they mean."""
    out = bytearray(data)
    at = source.randrange(len(data))
    if kind == "flip":
        out[at] ^= 1 << source.randrange(8)
    elif kind == "byte":
        out[at] = source.randrange(256)
    elif kind == "cut":
        del out[at:]
    elif kind == "append":
        out += source.randbytes(source.randrange(1, 4))
    else:
        other, length = source.randrange(len(data)), source.randrange(1, 33)
        out[at : at + length] = data[other : other + length]
    return bytes(out)


# Archives ------------------------------------------------------------------------------------------------------------


def sections(data):
    at, found = len(MAGIC), []
    while at + 5 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 5], "big")
        found.append(data[at : at + 5 + length])
        at += 5 + length
    return found


def resealed(data):
    """The digest made anew, as somebody would who does not want to be found out."""
    return data[:-32] + sha("wardlight/archive/1", data[:-32])


def rearranged(source, kind, data):
    parts = sections(data)
    one, other = source.randrange(len(parts)), source.randrange(len(parts))
    if kind == "drop":
        del parts[one]
    elif kind == "repeat":
        parts.insert(other, parts[one])
    elif kind == "swap":
        parts[one], parts[other] = parts[other], parts[one]
    else:
        part = bytearray(parts[one])
        part[1 + source.randrange(4)] ^= 1 << source.randrange(8)
        parts[one] = bytes(part)
    return MAGIC + b"".join(parts)


def archive(source, originals):
    """One changed archive and what was done to it."""
    data = source.choice(originals)
    kind = source.choice([*BYTES, "drop", "repeat", "swap", "length"])
    out = change(source, kind, data) if kind in BYTES else rearranged(source, kind, data)
    if kind not in ("cut", "append") and len(out) > 64 and source.random() < 0.7:
        return resealed(out), kind + ", new digest"
    return out, kind


# Bundles -------------------------------------------------------------------------------------------------------------


def run_of(source, bundle):
    """The headers of one statement of a bundle, or nothing."""
    statement = bundle[source.choice([2, 3])]
    return statement[1][0] if statement[0] == 0 else None


def on_runs(source, kind, bundle, other):
    """Changes inside a run. Says whether there was something to change."""
    run, theirs = run_of(source, bundle), run_of(source, other)
    if run is None:
        return False
    headers = run[0]
    at = source.randrange(len(headers)) if headers else 0
    if kind == "drop header":
        headers[at : at + 1] = []
    elif kind == "repeat header":
        headers[at:at] = headers[at : at + 1]
    elif kind == "too many headers":
        run[0] = (headers or [b""]) * 4097
    elif kind == "frontier":
        run[2] = theirs[2] if theirs and 2 in theirs else [source.randrange(9), source.randbytes(32)]
    elif kind == "no frontier":
        run.pop(2, None)
    elif theirs is None:
        return False
    elif kind == "other headers":
        run[0] = headers[:at] + theirs[0]
    else:
        run[1] = theirs[1]
    return True


def on_note(source, bundle):
    """Changes of a checkpoint as text, most of which its signature does not cover."""
    notes = [at for at in (2, 3) if bundle[at][0] == 1]
    if not notes:
        return False
    content = bundle[source.choice(notes)][1]
    text, found, lines = content[0].decode(errors="replace").partition("\n\n")
    lines = lines.splitlines(keepends=True)
    odd = [
        "— name \n", "- a NnugSzTj\n", "— someone.example/x NnugSzTjtVAewIS+\n", "— a+b NnugSzTjtVAewIS+\n", "\n", " \n",
        "— someone.example/x NnugSzTjtVAewIS\n", "— x Zm9vYmE=\n", "— x Zm9vYmF=\n", "— \u00a0 Zm9vYmE=\n", "\u2028\n", "\x7f\n",
        "— x Zm9v\n", "— x\u0085 Zm9vYmE=\n", "— x Zm9vYm E=\n", "\t\n", "x", "— x Zm9vYmE",
    ]
    kind = source.choice(["add", "add", "repeat", "many", "drop", "end", "origin"])
    if kind == "add":
        lines.insert(source.randrange(len(lines) + 1), source.choice(odd))
    elif kind == "repeat":
        lines += lines
    elif kind == "many":
        lines *= source.choice([62, 63, 64, 65])
    elif kind == "drop":
        lines = lines[1:]
    elif kind == "end":
        lines = [line.rstrip("\n") for line in lines]
    else:
        text = text.replace("wardlight", "Wardlight")
    content[0] = (text + found + "".join(lines)).encode()
    return True


def odd_key(data):
    """The first map with true for its key 1, which some decoders take for the same."""
    return data[:3] + b"\xf5" + data[4:]


RUNS = [
    "drop header", "repeat header", "other headers", "other certificate", "frontier", "no frontier", "too many headers",
]
WHOLE = ["swap", "twice", "other statement", "other statement", "other genesis", "version", "odd key"]


def on_whole(source, kind, bundle, other):
    if kind == "swap":
        bundle[2], bundle[3] = bundle[3], bundle[2]
    elif kind == "twice":
        bundle[2] = bundle[3]
    elif kind == "other statement":
        bundle[source.choice([2, 3])] = other[source.choice([2, 3])]
    elif kind == "other genesis":
        bundle[1] = other[1]
    else:
        bundle[0] = source.choice([0, 2, 255, 256])


def evidence(source, originals):
    """One changed bundle and what was done to it."""
    data, other = source.choice(originals), source.choice(originals)
    kind = source.choice([*BYTES, *RUNS, *WHOLE, "note", "note", "note"])
    if kind in BYTES:
        return change(source, kind, data), kind
    if kind == "odd key":
        return odd_key(data), kind
    bundle, theirs = cbor2.loads(data), cbor2.loads(other)
    if kind in WHOLE:
        on_whole(source, kind, bundle, theirs)
    elif not (on_note(source, bundle) if kind == "note" else on_runs(source, kind, bundle, theirs)):
        return change(source, "flip", data), "flip"
    return encode(bundle), kind


# Signed anew ---------------------------------------------------------------------------------------------------------


class Signers:
    """Writes bundles as dishonest validators would."""

    def __init__(self, seeds, geneses):
        self.keys = {}
        for seed in map(bytes.fromhex, seeds):
            key = Ed25519PrivateKey.from_private_bytes(seed)
            self.keys[key_id(key.public_key().public_bytes_raw())] = key
        self.chains = [(data, Founding(data)) for data in geneses]

    def bundle(self, source):
        genesis, founding = source.choice(self.chains)
        # So few values that two statements often meet at one height or size, with the same value or another.
        salt = source.randbytes(4)
        statements = [self.statement(source, founding, salt) for _ in range(2)]
        return encode({0: 1, 1: genesis, 2: statements[0], 3: statements[1]}), "signed anew"

    def some(self, source, founding, least):
        """Key ids of those who sign: mostly validators, and enough of them."""
        among = sorted(founding.validators if source.random() < 0.9 else self.keys)
        count = source.randint(least, len(among)) if source.random() < 0.9 and least <= len(among) else 1
        return source.sample(among, count)

    def statement(self, source, founding, salt):
        case = source.choice([0, 0, 0, 1, 2])
        height = source.randrange(3)
        if case == 0:
            return [0, [self.run(source, founding, salt, height)]]
        value = sha(salt, source.choice("ab"))
        if case == 1:
            return [1, [self.note(source, founding, height, value)]]
        return [2, [self.beat(source, founding, height, value)]]

    def run(self, source, founding, salt, height):
        border = Frontier(0, b"")
        for at in range(height):
            border.append(sha(b"\0", sha(salt, str(at))))
        run = {2: [border.size, b"".join(border.peaks)]} if source.random() < 0.6 else {}
        previous, headers = bytes(32), []
        for at in range(height, height + source.randint(1, 3)):
            root = border.root() if 2 in run or source.random() < 0.5 else sha(salt, source.choice("ab"))
            fields = [1, founding.chain, at, source.randrange(2), previous, salt * 8, 1, root, *[salt * 8] * 3, salt * 4]
            headers.append(encode(dict(enumerate(fields))))
            previous = header_id(headers[-1])
            border.append(sha(b"\0", previous))
        quorum = len(founding.validators) * 2 // 3 + 1
        message = b"wardlight/certificate/1" + founding.chain + at.to_bytes(8, "big") + bytes(4) + previous
        signers = sorted(self.some(source, founding, quorum))
        return {0: headers, 1: encode({0: 0, 1: [[by, self.keys[by].sign(message)] for by in signers]}), **run}

    def note(self, source, founding, size, root):
        origin = f"wardlight/chain/{founding.chain.hex()}"
        text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        note = text + "\n"
        for by in self.some(source, founding, 1):
            key = self.keys[by]
            short = key_hash(origin, PLAIN, key.public_key().public_bytes_raw())
            note += f"{DASH}{origin} {base64.b64encode(short + key.sign(text.encode())).decode()}\n"
        return note.encode()

    def beat(self, source, founding, height, header):
        by = source.choice(self.some(source, founding, 1))
        tails = [[at, 1, header] for at in range(source.randrange(3))]
        if source.random() < 0.1:
            tails.reverse()
        payload = encode({0: by, 1: 1, 2: height, 3: header, 4: tails})
        message = encode(["Signature1", PROTECTED, b"wardlight/heartbeat/1" + founding.chain, payload])
        return encode([PROTECTED, {}, payload, self.keys[by].sign(message)])
