"""verification.md: which chains, blocks and records are let in."""

import copy

from .bounds import ascending, bounds
from .encoding import ZERO, Refused, decode, encode, need, sha
from .formats import CERTIFICATE, HEADER, RECORD, TRANSACTION
from .signatures import PROTECTED, key_id, sign, sign1, signed
from .state import State
from .trees import merkle_root


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
        known, certified = self.judge(header, item, height)
        self.headers.append(known)
        return certified

    def judge(self, header, item, height):
        """Replays a block whose links were checked. What is known of it, and whether it is certified itself."""
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
        known = {"id": identity, "time": header[3], "root": header[5], "entries": header[6], "replayed": replayed}
        return known, item["certificate"] is not None

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
        active = active or any(span[0] <= height < span[1] for span in member[4])
        need(active and stream[2] <= height, "AuthorNotInForce")
        need(3 not in stream or height < stream[3], "StreamClosed")
        case, subject = stream[1]
        if case == 0:
            opened = self.state.epochs.get((subject[0], subject[1]), [])
            need(header[2] < len(opened) and opened[header[2]] <= height, "UnknownEpoch")
        need(case in (0, 1) or header[2] == 0, "UnknownEpoch")
        need(header[4] - time <= 10_000, "FromTheFuture")
        need(header[5] <= height, "SeenTooHigh")
        return member[0][2]


def check_body(header, salt, ciphertext):
    need(len(ciphertext) == header[7] and len(ciphertext) <= 8 << 20, "Record/Size")
    need(sha("wardlight/body/1", salt, ciphertext) == header[6], "Record/Commitment")


def record_hash(data):
    return sha("wardlight/record/1", data)
