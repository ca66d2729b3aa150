#!/usr/bin/env python3
"""A second verifier, written from docs/spec alone. It shares no code with crates/ledger.

It checks docs/spec/vectors/chain.json: every block, record and body must pass, and every malformed case must be refused
with the error that the file names. Run it through tools/verify.sh, which provides cbor2 and cryptography.
"""

import copy
import hashlib
import io
import json
import pathlib
import sys
import unicodedata

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ZERO = bytes(32)
PROTECTED = bytes.fromhex("a10127")
HUB, ADMIN = 8, 2


class Refused(Exception):
    """A refusal with the name that the vectors use."""


def sha(*parts):
    return hashlib.sha256(b"".join(p.encode() if isinstance(p, str) else p for p in parts)).digest()


# encoding.md ---------------------------------------------------------------------------------------------------------


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
    def check(v):
        return isinstance(v, dict) and all(
            item(v[key]) if key in v else key in optional for key, item in enumerate(items)
        ) and all(key in range(len(items)) for key in v)

    return check


def choice(*cases):
    return lambda v: isinstance(v, list) and len(v) == 2 and one_of(len(cases))(v[0]) and cases[v[0]](v[1])


ID, KEY, HASH, SIGNATURE = is_bytes(16), is_bytes(32), is_bytes(32), is_bytes(64)
CATEGORY, SHORT, LONG = one_of(9), is_uint(32), is_uint(64)
ENROLMENT = struct(is_text, one_of(9), KEY, is_text, KEY)
PROVEN = struct(ENROLMENT, SIGNATURE)
POLICY = struct(is_uint(8), is_uint(8))
VALIDATOR = struct(KEY, KEY, is_text)
GENESIS = struct(is_text, lambda v: isinstance(v, bool), list_of(PROVEN), list_of(VALIDATOR), POLICY, HASH)
HOLDER = choice(fields(ID), fields(ID))
SUBJECT = choice(fields(ID, CATEGORY), fields(ID))
AGREEMENT = struct(ID, ID, HOLDER, is_uint(16), one_of(3), is_time, is_time, optional=(6,))
REGISTRATION = struct(ID, KEY, ID, SIGNATURE)
GENERATION = struct(ID, CATEGORY, SHORT, HASH, list_of(ID), HASH)
EPOCH = struct(ID, CATEGORY, SHORT, SHORT, is_text, HASH, any_bytes)
ACTION = choice(
    fields(GENESIS), fields(PROVEN), fields(ID, one_of(4)), fields(ID, is_text), fields(ID, ID), fields(ID, ID),
    fields(REGISTRATION), fields(SHORT, is_text), fields(SHORT, ID, optional=1), fields(SHORT, SUBJECT),
    fields(AGREEMENT), fields(ID), fields(GENERATION), fields(ID, CATEGORY, SHORT, list_of(ID), HASH), fields(EPOCH),
)
TRANSACTION = struct(LONG, ID, is_time, ACTION, optional=(1,))
HEADER = struct(is_uint(8), HASH, LONG, is_time, HASH, HASH, SHORT, HASH, HASH, HASH, HASH, ID)
CERTIFICATE = struct(SHORT, list_of(fields(ID, SIGNATURE)))
RECORD = struct(SHORT, LONG, SHORT, one_of(10), is_time, LONG, HASH, SHORT)
SIGN1 = fields(any_bytes, lambda v: v == {}, any_bytes, SIGNATURE)
SIGN = fields(any_bytes, lambda v: v == {}, any_bytes, list_of(fields(any_bytes, lambda v: isinstance(v, dict) and list(v) == [4] and ID(v[4]), SIGNATURE)))


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


# cose.md -------------------------------------------------------------------------------------------------------------

LOW_ORDER = {bytes.fromhex(h + t) for h, ts in {
    "01" + "00" * 30: ("00", "80"), "00" * 31: ("00", "80"), "ec" + "ff" * 30: ("7f", "ff"),
    "ed" + "ff" * 30: ("7f", "ff"), "ee" + "ff" * 30: ("7f", "ff"),
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc": ("05", "85"),
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03": ("7a", "fa"),
}.items() for t in ts}


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


# merkle.md, state-root.md --------------------------------------------------------------------------------------------


def merkle_root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", merkle_root(leaves[:split]), merkle_root(leaves[split:]))


def bit(key, depth):
    return key[depth // 8] >> 7 - depth % 8 & 1


def sparse_root(facts):
    def root(keys, depth):
        if not keys:
            return ZERO
        if len(keys) == 1:
            node = sha(b"\0", keys[0], sha(facts[keys[0]]))
            for at in range(255, depth - 1, -1):
                node = sha(b"\1", ZERO, node) if bit(keys[0], at) else sha(b"\1", node, ZERO)
            return node
        halves = [[key for key in keys if bit(key, depth) == side] for side in (0, 1)]
        return sha(b"\1", root(halves[0], depth + 1), root(halves[1], depth + 1))

    return root(sorted(facts), 0)


# control.md ----------------------------------------------------------------------------------------------------------


def need(condition, name):
    if not condition:
        raise Refused(name)


def text(value, limit):
    blank = not value.strip()
    need(not blank and len(value.encode()) <= limit, "OutOfBounds")
    need(not any(unicodedata.category(c) == "Cc" for c in value), "OutOfBounds")
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    need(not any(c in turning for c in value), "OutOfBounds")


def ascending(items):
    return all(a < b for a, b in zip(items, items[1:]))


def bounds(case, f):
    def enrolment(e):
        text(e[0], 96)
        text(e[3], 2048)

    if case == 0:
        g = f[0]
        text(g[0], 96)
        need(1 <= len(g[2]) <= 16 and 1 <= len(g[3]) <= 100, "OutOfBounds")
        need(ascending([v[0] for v in g[3]]), "OutOfBounds")
        need(g[4][0] in (1, 2) and g[4][0] <= len(g[2]) and 1 <= g[4][1] <= 24, "OutOfBounds")
        for validator in g[3]:
            text(validator[2], 128)
        for proven in g[2]:
            enrolment(proven[0])
    elif case == 1:
        enrolment(f[0][0])
    elif case == 3:
        text(f[1], 96)
    elif case == 7:
        text(f[1], 128)
    elif case == 10:
        need(0 < f[0][3] < 1 << 9, "OutOfBounds")
    elif case in (12, 13):
        readers = f[0][4] if case == 12 else f[3]
        need(len(readers) <= 1500 and ascending(readers) and (case == 12 or readers), "OutOfBounds")
    elif case == 14:
        text(f[0][4], 2048)
        need(1 <= len(f[0][6]) <= 256, "OutOfBounds")


class State:
    def __init__(self):
        self.chain, self.facts, self.log = None, {}, ZERO
        self.members, self.numbers, self.teams, self.patients = {}, {}, {}, {}
        self.devices, self.streams, self.agreements = {}, {}, {}
        self.generations, self.grants, self.epochs = {}, {}, {}
        self.founding = None

    def root(self):
        return sparse_root(self.facts)

    def put(self, name, parts, value):
        """Keeps a fact in the root and hands the value back."""
        self.facts[sha(f"wardlight/state/{name}/1", *parts)] = encode(value)
        return value

    def apply(self, payload, signers, height, time):
        transaction = cbor2.loads(payload)
        case, f = transaction[3]
        if case == 0:
            need(self.chain is None, "AlreadyFounded")
            self.found(f[0], payload, signers, height)
        else:
            need(self.chain is not None, "NotFounded")
            author = self.check_signers(transaction, payload, signers)
            number = self.numbers.get(author, 0)
            need(transaction[0] == number, "WrongNumber")
            self.act(case, f, author, [signer for signer, _ in signers], height, time)
            self.numbers[author] = self.put("number", [author], number + 1)
        self.log = self.put("log", [], sha("wardlight/log/1", self.log, sha("wardlight/control/1", payload)))

    def message(self, chain, payload):
        return encode(["Signature", b"", PROTECTED, b"wardlight/control/1" + chain, payload])

    def found(self, genesis, payload, signers, height):
        by = dict(signers)
        for validator in genesis[3]:
            need(not {validator[0], validator[1]} & LOW_ORDER, "WeakKey")
            signer = key_id(validator[0])
            need(signer in by, "UnknownSigner")
            need(signed(validator[0], self.message(ZERO, payload), by[signer]), "Signature")
        need(len(signers) == len(genesis[3]), "NotPermitted")
        seen = []
        for proven in genesis[2]:
            self.check_proof(proven)
            own = [proven[0][2], proven[0][4], proven[0][3]]
            need(not set(own) & set(seen), "Exists")
            seen += own
            need(proven[0][1] == ADMIN, "NotPermitted")
        self.chain = sha("wardlight/control/1", payload)
        for proven in genesis[2]:
            self.admit(proven, height)
        self.founding = self.put("founding", [], {0: genesis[0], 1: genesis[1], 2: genesis[4], 3: genesis[3]})

    def check_signers(self, transaction, payload, signers):
        for signer, signature in signers:
            member = self.members.get(signer)
            if member:
                need(2 not in member, "RevokedSigner")
                key = member[0][2]
            else:
                patients = [p[0] for p in self.patients.values() if key_id(p[0]) == signer]
                need(patients, "UnknownSigner")
                key = patients[0]
            need(signed(key, self.message(self.chain, payload), signature), "Signature")
        author = transaction.get(1)
        need(author in [signer for signer, _ in signers], "AuthorMissing")
        return author

    def is_active(self, key):
        return key in self.members and 2 not in self.members[key]

    def is_admin(self, key):
        return self.is_active(key) and self.members[key][0][1] == ADMIN

    def need_admins(self, signers, count):
        got = sum(map(self.is_admin, signers))
        need(got, "NotPermitted")
        need(got >= count, "TooFewAdmins")

    def check_proof(self, proven):
        enrolment = proven[0]
        need(not {enrolment[2], enrolment[4]} & LOW_ORDER, "WeakKey")
        need(enrolment[2] != enrolment[4], "Exists")
        message = b"wardlight/possession/1" + encode(enrolment)
        need(signed(enrolment[2], message, proven[1]), "Possession")

    def used(self, key):
        return key_id(key) in self.members or any(p[0] == key for p in self.patients.values()) or any(
            m[0][4] == key for m in self.members.values()
        )

    def admit(self, proven, height):
        key = key_id(proven[0][2])
        self.members[key] = self.put("member", [key], {0: proven[0], 1: height})

    def entitled(self, patient, category, time):
        readers = set()
        for granted in self.agreements.values():
            a = granted[0]
            if a[1] == patient and a[3] >> category & 1 and 2 not in granted and a[5] <= time and time < a.get(6, 1 << 63):
                readers |= {a[2][1][0]} if a[2][0] == 1 else set(self.teams[a[2][1][0]][1])
        return {reader for reader in readers if self.is_active(reader)}

    def act(self, case, f, author, signers, height, time):
        joint = self.founding[2][0]
        if case in (1, 3, 4, 5, 6, 7, 8):
            self.need_admins(signers, joint if case in (1, 4) else 1)
        name = "enrol revoke create_team join leave register device assign stream agree end generation grant epoch"
        getattr(self, "on_" + name.split()[case - 1])(f, author, signers, height, time)

    def on_enrol(self, f, author, signers, height, time):
        self.check_proof(f[0])
        enrolment = f[0][0]
        need(all(m[0][3] != enrolment[3] for m in self.members.values()), "Exists")
        need(not self.used(enrolment[2]) and not self.used(enrolment[4]), "Exists")
        self.admit(f[0], height)

    def on_revoke(self, f, author, signers, height, time):
        need(f[0] in self.members, "Unknown")
        if author != f[0]:
            self.need_admins(signers, 1)
        need(self.is_active(f[0]), "Ended")
        need(not self.is_admin(f[0]) or sum(map(self.is_admin, self.members)) > 1, "LastAdmin")
        member = {**self.members[f[0]], 2: {0: height, 1: time, 2: f[1]}}
        self.members[f[0]] = self.put("member", [f[0]], member)

    def on_create_team(self, f, *_):
        need(f[0] not in self.teams, "Exists")
        self.teams[f[0]] = self.put("team", [f[0]], {0: f[1], 1: []})

    def on_join(self, f, *_):
        need(f[0] in self.teams and self.is_active(f[1]), "Unknown")
        team = self.teams[f[0]]
        need(f[1] not in team[1], "Exists")
        self.teams[f[0]] = self.put("team", [f[0]], {0: team[0], 1: sorted(team[1] + [f[1]])})

    def on_leave(self, f, *_):
        need(f[0] in self.teams and f[1] in self.teams[f[0]][1], "Unknown")
        team = self.teams[f[0]]
        self.teams[f[0]] = self.put("team", [f[0]], {0: team[0], 1: [k for k in team[1] if k != f[1]]})

    def on_register(self, f, author, signers, height, time):
        patient, key, hub, proof = (f[0][at] for at in range(4))
        need(key not in LOW_ORDER, "WeakKey")
        need(patient not in self.patients and not self.used(key), "Exists")
        message = b"wardlight/registration/1" + self.chain + patient + key + hub
        need(signed(key, message, proof), "Possession")
        need(self.is_active(hub) and self.members[hub][0][1] == HUB, "Unknown")
        self.patients[patient] = self.put("patient", [patient], {0: key, 1: hub, 2: height})

    def on_device(self, f, *_):
        need(f[0] == len(self.devices), "NotNext")
        need(all(device[0] != f[1] for device in self.devices.values()), "Exists")
        self.devices[f[0]] = self.put("device", [f[0].to_bytes(4, "big")], {0: f[1]})

    def on_assign(self, f, *_):
        need(f[0] in self.devices, "Unknown")
        need(len(f) == 1 or f[1] in self.patients, "Unknown")
        device = {0: self.devices[f[0]][0], **({1: f[1]} if len(f) == 2 else {})}
        self.devices[f[0]] = self.put("device", [f[0].to_bytes(4, "big")], device)

    def on_stream(self, f, author, signers, height, time):
        case, subject = f[1]
        if case == 0:
            need(subject[0] in self.patients, "Unknown")
            may = self.patients[subject[0]][1] == author or author in self.entitled(*subject, time)
            need(may, "MayNotWrite")
        else:
            need(self.is_active(author) and self.members[author][0][1] == HUB, "MayNotWrite")
            need(subject[0] in self.members, "Unknown")
        need(f[0] == len(self.streams), "NotNext")
        need(all((s[0], s[1]) != (author, f[1]) for s in self.streams.values()), "Exists")
        stream = {0: author, 1: f[1], 2: height}
        self.streams[f[0]] = self.put("stream", [f[0].to_bytes(4, "big")], stream)

    def on_agree(self, f, author, signers, height, time):
        a = f[0]
        need(a[1] in self.patients, "Unknown")
        need(key_id(self.patients[a[1]][0]) == author, "NotPermitted")
        need(a[0] not in self.agreements, "Exists")
        need(a[2][1][0] in (self.members if a[2][0] == 1 else self.teams), "Unknown")
        need(a[4] != 1 or 6 in a, "Span")
        need(6 not in a or a[6] > a[5] and a[6] > time, "Span")
        self.agreements[a[0]] = self.put("agreement", [a[0]], {0: a, 1: height})

    def on_end(self, f, author, signers, height, time):
        need(f[0] in self.agreements, "Unknown")
        granted = self.agreements[f[0]]
        need(key_id(self.patients[granted[0][1]][0]) == author, "NotPermitted")
        need(2 not in granted, "Ended")
        self.agreements[f[0]] = self.put("agreement", [f[0]], {**granted, 2: height})

    def need_hub(self, patient, author):
        need(patient in self.patients, "Unknown")
        need(self.patients[patient][1] == author, "NotPermitted")

    def give(self, patient, category, readers, generation, height):
        for reader in readers:
            grants = self.grants.setdefault((patient, category, reader), {})
            grants[generation] = height
            self.put("grants", [patient, bytes([category]), reader], grants)

    def on_generation(self, f, author, signers, height, time):
        patient, category, generation, commitment, readers = (f[0][at] for at in range(5))
        self.need_hub(patient, author)
        need(set(readers) <= self.entitled(patient, category, time), "NotEntitled")
        last = self.generations.get((patient, category), -1)
        need(generation == last + 1, "NotNext")
        self.generations[patient, category] = generation
        parts = [patient, bytes([category]), generation.to_bytes(4, "big")]
        self.put("generation", parts, {0: commitment, 1: height})
        self.give(patient, category, readers, generation, height)

    def on_grant(self, f, author, signers, height, time):
        patient, category, generation, readers, _ = f
        self.need_hub(patient, author)
        need(generation <= self.generations.get((patient, category), -1), "Unknown")
        need(set(readers) <= self.entitled(patient, category, time), "NotEntitled")
        held = [r for r in readers if generation in self.grants.get((patient, category, r), {})]
        need(not held, "Exists")
        self.give(patient, category, readers, generation, height)

    def on_epoch(self, f, author, signers, height, time):
        patient, category, generation, epoch = (f[0][at] for at in range(4))
        self.need_hub(patient, author)
        need((patient, category) in self.generations, "Unknown")
        need(self.generations[patient, category] == generation, "GenerationNotInForce")
        opened = self.epochs.setdefault((patient, category), [])
        need(epoch == len(opened), "NotNext")
        opened.append(height)
        parts = [patient, bytes([category]), epoch.to_bytes(4, "big")]
        self.put("epoch", parts, {0: f[0], 1: height, 2: time})


# verification.md -----------------------------------------------------------------------------------------------------


def under(name, call, *arguments):
    try:
        return call(*arguments)
    except Refused as refusal:
        raise Refused(f"{name}/{refusal}") from None


def malformed(call, *arguments):
    """Where the vectors name no more than that the encoding is wrong."""
    try:
        return call(*arguments)
    except Refused as refusal:
        raise Refused("Malformed") from refusal


def parse_control(data):
    payload, signers = sign(data)
    transaction = decode(payload, TRANSACTION, 65536)
    bounds(*transaction[3])
    return payload, signers


def parse_header(data):
    header = decode(data, HEADER, 1024)
    need(header[6] <= 4096, "OutOfBounds")
    return header


def header_id(data):
    return sha("wardlight/header/1", data)


class Verifier:
    def __init__(self, chain):
        self.chain, self.state, self.headers, self.validators = chain, State(), [], {}

    def copy(self):
        return copy.deepcopy(self)

    def certify(self, data, height, header):
        certificate = malformed(decode, data, CERTIFICATE, 16384)
        signatures = certificate[1]
        need(len(signatures) <= 100, "Malformed")
        need(ascending([signer for signer, _ in signatures]), "Unsorted")
        message = b"wardlight/certificate/1" + self.chain + height.to_bytes(8, "big")
        message += certificate[0].to_bytes(4, "big") + header
        for signer, signature in signatures:
            need(signer in self.validators, "NotAValidator")
            need(signed(self.validators[signer], message, signature), "Signature")
        need(len(signatures) >= len(self.validators) * 2 // 3 + 1, "NoQuorum")

    def advance(self, items):
        after, certified, known = self.copy(), True, len(self.headers)
        for item in items:
            header = under("HeaderMalformed", parse_header, item["header"])
            if header[2] < known:
                self.compare(header, item)
            else:
                certified = after.take(header, item)
        need(certified, "CertificateMissing")
        self.__dict__.update(after.__dict__)

    def compare(self, header, item):
        own = header_id(item["header"])
        if own == self.headers[header[2]]["id"]:
            return
        if item["certificate"] is not None:
            try:
                self.certify(item["certificate"], header[2], own)
            except Refused:
                pass
            else:
                raise Refused("Fork")
        need(header[1] == self.chain, "OtherChain")
        raise Refused("Contradiction")

    def history(self):
        return merkle_root([sha(b"\0", header["id"]) for header in self.headers])

    def take(self, header, item):
        need(header[0] == 1, "Version")
        need(header[1] == self.chain, "OtherChain")
        height = len(self.headers)
        need(header[2] == height, "Gap")
        need(header[4] == (self.headers[-1]["id"] if height else ZERO), "PreviousLink")
        need(header[7] == self.history(), "HistoryRoot")
        need(not height or header[3] >= self.headers[-1]["time"], "TimeBackwards")
        need(len(item["controls"]) <= header[6], "TooManyControls")
        replayed = []
        for data in item["controls"]:
            payload, signers = under("ControlMalformed", parse_control, data)
            under("Control", self.state.apply, payload, signers, height, header[3])
            replayed.append(sha("wardlight/control/1", payload))
        need(self.state.chain is not None, "GenesisMissing")
        need(self.state.chain == self.chain, "OtherGenesis")
        need(header[8] == self.state.root(), "StateRoot")
        self.validators = {key_id(v[0]): v[0] for v in self.state.founding[3]}
        own = sha("wardlight/validators/1", *(self.validators[k] for k in sorted(self.validators)))
        need(header[9] == own, "Validators")
        need(header[10] == own, "NextValidators")
        need(header[11] in self.validators, "Proposer")
        identity = header_id(item["header"])
        if item["certificate"] is not None:
            under("Certificate", self.certify, item["certificate"], height, identity)
        self.headers.append({
            "id": identity, "time": header[3], "root": header[5], "entries": header[6], "replayed": replayed,
        })
        return item["certificate"] is not None

    def admit(self, height, entries):
        header = self.headers[height]
        need(len(entries) == header["entries"], "EntryCount")
        need(merkle_root([sha(b"\0", bytes([lane]), data) for lane, data in entries]) == header["root"], "EntriesRoot")
        lanes = [lane for lane, _ in entries]
        need(lanes == sorted(lanes), "LaneOrder")
        controls = [under("ControlMalformed", parse_control, data)[0] for lane, data in entries if lane == 0]
        need([sha("wardlight/control/1", payload) for payload in controls] == header["replayed"], "StateRoot")

    def record(self, height, data, before):
        payload, signature = under("Record", malformed, sign1, data, 512)
        header = under("Record", malformed, decode, payload, RECORD, 512)
        stream, seq, epoch = header[0], header[1], header[2]
        if before is None:
            expected, previous = 0, sha("wardlight/stream/1", self.chain, stream.to_bytes(4, "big"))
        elif "claimed" in before:
            expected, previous = seq, bytes.fromhex(before["claimed"])
        else:
            expected, previous = before["seq"] + 1, bytes.fromhex(before["hash"])
        need(seq == expected, "Sequence")
        author = under("Admission", self.admission, header, height, self.headers[height]["time"])
        external = b"wardlight/record/1" + self.chain + previous
        message = encode(["Signature1", PROTECTED, external, payload])
        need(signed(author, message, signature), "Record/Signature")
        return header

    def admission(self, header, height, time):
        need(header[0] in self.state.streams, "UnknownStream")
        stream = self.state.streams[header[0]]
        member = self.state.members[stream[0]]
        active = member[1] <= height and (2 not in member or height < member[2][0])
        need(active and stream[2] <= height, "AuthorNotInForce")
        case, subject = stream[1]
        if case == 0:
            opened = self.state.epochs.get((subject[0], subject[1]), [])
            need(header[2] < len(opened) and opened[header[2]] <= height, "UnknownEpoch")
        need(header[4] - time <= 10_000, "FromTheFuture")
        need(header[5] <= height, "SeenTooHigh")
        return member[0][2]


def check_body(header, salt, ciphertext):
    need(len(ciphertext) == header[7] and len(ciphertext) <= 8 << 20, "Record/Size")
    need(sha("wardlight/body/1", salt, ciphertext) == header[6], "Record/Commitment")


def record_hash(data):
    return sha("wardlight/record/1", data)


# The vectors ---------------------------------------------------------------------------------------------------------


def read_entries(entries):
    return [(0 if e["lane"] == "control" else 1, bytes.fromhex(e["bytes"])) for e in entries]


def read_item(item):
    certificate = item["certificate"]
    return {
        "header": bytes.fromhex(item["header"]),
        "certificate": None if certificate is None else bytes.fromhex(certificate),
        "controls": [bytes.fromhex(c) for c in item["controls"]],
    }


def judge(steps, blocks, case):
    """Offers a malformed case; a verifier before each height is in `steps`."""
    whole = steps[-1].copy()
    before = case.get("predecessor")
    if "lane" in case:
        return steps[case["after"]].copy().advance([read_item(item) for item in case["lane"]])
    if "ciphertext" in case:
        height = case["height"]
        data = read_entries(blocks[height]["entries"])[case["index"]][1]
        header = whole.record(height, data, before)
        return check_body(header, bytes.fromhex(case["salt"]), bytes.fromhex(case["ciphertext"]))
    entries = read_entries(case["entries"])
    if "forged" not in case:
        return whole.admit(case["height"], entries)
    verifier = steps[case["after"]].copy() if "after" in case else whole
    verifier.advance([read_item(case["forged"])])
    height = len(verifier.headers) - 1
    if "after" in case:
        return verifier.admit(height, entries)
    verifier.admit(height, entries)
    return verifier.record(height, entries[-1][1], before)


def check_chain(vectors):
    bodies = {bytes.fromhex(b["record"]): b for b in vectors["bodies"]}
    steps = [Verifier(bytes.fromhex(vectors["chain_id"]))]
    tails, records = {}, 0
    for height, block in enumerate(vectors["blocks"]):
        entries = read_entries(block["entries"])
        verifier = steps[-1].copy()
        verifier.advance([{
            "header": bytes.fromhex(block["header"]), "certificate": bytes.fromhex(block["certificate"]),
            "controls": [data for lane, data in entries if lane == 0],
        }])
        verifier.admit(height, entries)
        assert verifier.headers[-1]["id"].hex() == block["header_id"]
        assert verifier.state.root().hex() == block["state_root"]
        assert verifier.history().hex() == block["history_root_after"]
        for data in (data for lane, data in entries if lane == 1):
            stream = cbor2.loads(cbor2.loads(data)[2])[0]
            header = verifier.record(height, data, tails.get(stream))
            body = bodies.pop(record_hash(data))
            check_body(header, bytes.fromhex(body["salt"]), bytes.fromhex(body["ciphertext"]))
            tails[stream] = {"seq": header[1], "hash": record_hash(data).hex()}
            records += 1
        steps.append(verifier)
    assert not bodies, "bodies without a record"
    return steps, records


def main():
    default = pathlib.Path(__file__).parent.parent / "docs/spec/vectors/chain.json"
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    vectors = json.loads(path.read_text())
    steps, records = check_chain(vectors)
    wrong = 0
    for case in vectors["malformed"]:
        try:
            judge(steps, vectors["blocks"], case)
            got = "accepted"
        except Refused as refusal:
            got = str(refusal)
        if got != case["error"]:
            wrong += 1
            print(f"{case['what']}: expected {case['error']}, got {got}")
    cases = len(vectors["malformed"])
    print(f"{len(vectors['blocks'])} blocks and {records} records verified")
    print(f"{cases - wrong} of {cases} malformed cases refused as named")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
