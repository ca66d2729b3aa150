"""Archives and proofs of a value, judged by docs/spec/archive.md alone."""

import cbor2

from .encoding import ZERO, Refused, any_bytes, decode, fields, list_of, need, one_of, sha, struct
from .formats import HASH, ID, LONG, RECORD, SHORT
from .signatures import sign1
from .trees import merkle_root
from .verifier import Verifier, check_body, header_id, malformed, parse_control, parse_header, record_hash, under

VALID, INCOMPLETE, INVALID = "valid", "incomplete", "invalid"
EXIT = {VALID: 0, INVALID: 1, INCOMPLETE: 2}
LANE_ONLY, RECORDS_TOO, BODIES_TOO = range(3)
MAGIC = b"wardlight-arch/1"
BOUNDS = {0: 128, 1: 64 << 20, 2: 4096 * 552 + 32, 3: (8 << 20) + 128, 4: 512 + 64 * 34 + 256, 5: 16 << 20, 255: 32}

MANIFEST = struct(HASH, one_of(2), LONG)
LANE = struct(any_bytes, any_bytes, list_of(any_bytes), optional=(1,))
RECORDS = fields(LONG, list_of(fields(any_bytes, HASH, optional=1)))
BODY = fields(LONG, SHORT, HASH, any_bytes)
VALUE = struct(LONG, SHORT, list_of(HASH), any_bytes, HASH, ID, optional=(4, 5))
HISTORY = fields(any_bytes)


class CutOff(Exception):
    """The file ends before its end."""


def split(data):
    """The sections, checked for kind and length; the digest comes last."""
    at = len(MAGIC)
    while True:
        if len(data) < at + 5:
            raise CutOff
        kind, length = data[at], int.from_bytes(data[at + 1 : at + 5], "big")
        need(kind in BOUNDS, "UnknownSection")
        need(0 < length <= BOUNDS[kind] and (kind != 255 or length == 32), "TooLong")
        if len(data) < at + 5 + length:
            raise CutOff
        content = data[at + 5 : at + 5 + length]
        at += 5 + length
        if kind == 255:
            need(content == sha("wardlight/archive/1", data[: at - 32]), "Digest")
            yield kind, content
            need(at == len(data), "Trailing")
            return
        yield kind, content


def digest_is_wrong(data):
    """Whether a file of the right shape has another digest: then nothing else needs to be looked at."""
    try:
        for _ in split(data):
            pass
    except CutOff:
        return False
    except Refused as refusal:
        return str(refusal) == "Digest"
    return False


class Archive:
    def __init__(self, chain, head, want):
        self.wanted, self.head, self.want = chain, head, want
        self.findings, self.stage = [], None

    def missing(self, name):
        self.findings.append((INCOMPLETE, name))

    def judge(self, data):
        try:
            if not data.startswith(MAGIC):
                if MAGIC.startswith(data):
                    raise CutOff
                raise Refused("NotAnArchive")
            need(not digest_is_wrong(data), "Digest")
            for kind, content in split(data):
                self.take(kind, content)
        except Refused as refusal:
            self.findings.append((INVALID, str(refusal)))
        except CutOff:
            self.missing("CutOff")
            try:
                if self.stage:
                    self.stage.cut()
            except Refused as refusal:
                self.findings.append((INVALID, str(refusal)))
        return self

    def take(self, kind, content):
        if self.stage is None:
            need(kind == 0, "Misplaced")
            manifest = decode(content, MANIFEST, BOUNDS[0])
            need(self.wanted in (None, manifest[0]), "OtherChain")
            self.stage = (ChainForm, ValueForm)[manifest[1]](self, manifest[0], manifest[2])
        elif kind == 255:
            self.stage.end()
        else:
            self.stage.take(kind, content)

    def check_head(self, ids):
        if self.head:
            height, wanted = self.head
            if height in ids:
                need(ids[height] == wanted, "OtherHead")
            else:
                self.missing("HeadMissing")

    def verdict(self):
        found = {verdict for verdict, _ in self.findings}
        return INVALID if INVALID in found else INCOMPLETE if found else VALID


def lane_item(content):
    item = decode(content, LANE, BOUNDS[1])
    return {"header": item[0], "certificate": item.get(1), "controls": item[2]}


def control_leaf(data):
    return sha(b"\0", b"\0", data)


def record_leaf(data):
    return sha(b"\0", b"\1", data)


class ChainForm:
    """Rules 4 and 5."""

    def __init__(self, archive, chain, blocks):
        self.archive, self.blocks = archive, blocks
        self.verifier, self.pending, self.seen, self.uncertified = Verifier(chain), [], 0, (0, 0)
        self.closed, self.next, self.open, self.tails, self.left_out = False, 0, None, {}, 0
        self.leaves = []

    def take(self, kind, content):
        if kind == 1:
            need(not self.closed and self.seen < self.blocks, "Misplaced")
            item = lane_item(content)
            header = under("HeaderMalformed", parse_header, item["header"])
            need(header[2] == self.seen, "Gap")
            self.seen += 1
            count, size = self.uncertified
            self.uncertified = (0, 0) if item["certificate"] is not None else (count + 1, size + len(content))
            need(self.uncertified[0] <= 4096 and self.uncertified[1] <= 64 << 20, "TooMuchUncertified")
            self.pending.append(item)
        elif kind == 2:
            self.close_lane()
            self.close_block()
            self.records(*decode(content, RECORDS, BOUNDS[2]))
        elif kind == 3:
            self.body(*decode(content, BODY, BOUNDS[3]))
        else:
            raise Refused("Misplaced")

    def certified(self):
        """How many headers are certified, by themselves or by a later one."""
        places = [at for at, item in enumerate(self.pending) if item["certificate"] is not None]
        return places[-1] + 1 if places else 0

    def verify_rest(self):
        count = self.certified()
        verifier = self.verifier
        for item in self.pending[:count]:
            verifier.take(parse_header(item["header"]), item)
            self.leaves.append([control_leaf(data) for data in item["controls"]])
        rest = self.pending[count:]
        if rest:
            shadow = verifier.copy()
            for item in rest:
                shadow.take(parse_header(item["header"]), item)
            self.archive.missing("Uncertified")
        self.pending = []

    def cut(self):
        self.verify_rest()

    def close_lane(self):
        if self.closed:
            return
        self.closed = True
        self.verify_rest()
        need(self.seen == self.blocks, "BlockCount")
        if self.verifier.headers:
            self.archive.check_head({height: header["id"] for height, header in enumerate(self.verifier.headers)})
        else:
            need(self.seen > 0, "GenesisMissing")

    def records(self, height, items):
        need(self.next <= height < len(self.verifier.headers), "Misplaced")
        self.skip_to(height)
        need(items, "Misplaced")
        self.next = height + 1
        header, leaves = self.verifier.headers[height], self.leaves[height]
        need(len(leaves) + len(items) == header["entries"], "EntryCount")
        need(merkle_root(leaves + [record_leaf(item[0]) for item in items]) == header["root"], "EntriesRoot")
        self.open = (height, [])
        for index, item in enumerate(items, len(leaves)):
            self.open[1].append((index, self.record(height, item)))

    def record(self, height, item):
        data, claimed = item[0], item[1] if len(item) == 2 else None
        payload, _ = under("Record", malformed, sign1, data, 512)
        stream, seq = (under("Record", malformed, decode, payload, RECORD, 512)[at] for at in (0, 1))
        tail = self.tails.get(stream)
        expected = tail["seq"] + 1 if tail else 0
        if claimed is not None:
            need(self.left_out > 0 and seq > expected, "Predecessor")
            tail = {"claimed": claimed.hex()}
        header = self.verifier.record(height, data, tail)
        self.tails[stream] = {"seq": seq, "hash": record_hash(data).hex()}
        return header

    def skip_to(self, height):
        skipped = range(self.next, height)
        left = sum(self.verifier.headers[at]["entries"] - len(self.leaves[at]) for at in skipped)
        self.left_out += left
        if left and self.archive.want >= RECORDS_TOO:
            self.archive.missing("RecordsMissing")

    def body(self, height, index, salt, ciphertext):
        need(self.open and self.open[0] == height, "Misplaced")
        waiting = self.open[1]
        while waiting and waiting[0][0] < index:
            self.body_missing(height, waiting.pop(0)[1])
        need(waiting and waiting[0][0] == index, "Misplaced")
        try:
            check_body(waiting.pop(0)[1], salt, ciphertext)
        except Refused as refusal:
            self.archive.findings.append((INVALID, str(refusal)))

    def body_missing(self, height, header):
        if self.archive.want >= BODIES_TOO and not is_erased(self.verifier.state, header, height):
            self.archive.missing("BodyMissing")

    def close_block(self):
        for _, header in self.open[1] if self.open else []:
            self.body_missing(self.open[0], header)
        self.open = None

    def end(self):
        self.close_lane()
        self.close_block()
        self.skip_to(len(self.verifier.headers))


def is_erased(state, header, height):
    """Whether an order of the control lane erased the body of a record."""
    case, subject = state.streams[header[0]][1]
    if case != 0:
        return False
    for order in (erasure[0] for erasure in state.erasures.values()):
        scope, reach = order[2]
        within = reach[0] >> subject[1] & 1 if scope == 0 else reach[0] == header[0] and reach[1] <= header[1] <= reach[2]
        if order[1] == subject[0] and height <= order[4] and within:
            return True
    return False


class ValueForm:
    """Rules 6 to 8."""

    def __init__(self, archive, chain, blocks):
        self.archive, self.blocks, self.seen = archive, blocks, 0
        self.verifier, self.value, self.record, self.had_body = Verifier(chain), None, None, False
        self.headers, self.is_certified, self.root, self.height = [], False, ZERO, None
        self.sparse = {}

    def take(self, kind, content):
        if kind == 4:
            need(self.value is None, "Misplaced")
            self.value = decode(content, VALUE, BOUNDS[4])
        elif kind == 1:
            need(self.value is not None and self.record is None and self.seen < self.blocks, "Misplaced")
            self.lane(lane_item(content))
        elif kind == 5:
            need(self.value is not None and self.record is None, "Misplaced")
            self.finish(decode(content, HISTORY, BOUNDS[5])[0])
        elif kind == 3:
            height, index, salt, ciphertext = decode(content, BODY, BOUNDS[3])
            need(self.record is not None and not self.had_body, "Misplaced")
            need((height, index) == (self.value[0], self.value[1]), "Misplaced")
            check_body(self.record, salt, ciphertext)
            self.had_body = True
        else:
            raise Refused("Misplaced")

    def lane(self, item):
        self.seen += 1
        header = under("HeaderMalformed", parse_header, item["header"])
        verifier, height = self.verifier, header[2]
        need(header[0] == 1, "Version")
        need(header[1] == verifier.chain, "OtherChain")
        before = self.headers[-1] if self.headers else None
        need(height > before[0] if before else height == 0, "Gap")
        if before is None or height == before[0] + 1:
            need(header[4] == (before[1] if before else ZERO), "PreviousLink")
        need(before or header[7] == sha(b""), "HistoryRoot")
        need(before is None or header[3] >= before[2], "TimeBackwards")
        self.sparse[height], self.is_certified = verifier.judge(header, item, height)
        self.headers.append((height, header_id(item["header"]), header[3]))
        self.root, self.height = header[7], height

    def finish(self, lines):
        need(self.seen == self.blocks, "BlockCount")
        need(len(lines) % 32 == 0, "Malformed")
        need(self.headers, "GenesisMissing")
        need(self.is_certified, "CertificateMissing")
        lines = [lines[at : at + 32] for at in range(0, len(lines), 32)]
        leaves = [(height, sha(b"\0", identity)) for height, identity, _ in self.headers[:-1]]
        need(multiproof_root(self.height, leaves, lines) == self.root if leaves else not lines, "HistoryRoot")
        self.archive.check_head({height: identity for height, identity, _ in self.headers})
        self.admit()

    def admit(self):
        value, verifier = self.value, self.verifier
        height, data = value[0], value[3]
        need(height in self.sparse, "Misplaced")
        header = self.sparse[height]
        leaf = record_leaf(data)
        need(inclusion_root(leaf, value[1], header["entries"], value[2]) == header["root"], "EntriesRoot")
        claimed = {"claimed": value[4].hex()} if 4 in value else None
        verifier.headers = self.sparse
        record = verifier.record(height, data, claimed)
        need((record[1] == 0) == (4 not in value), "Predecessor")
        if 5 in value:
            case, subject = verifier.state.streams[record[0]][1]
            need(case == 0, "MayNotRead")
            patient, category = subject[0], bytes([subject[1]])
            fact = sha("wardlight/state/epoch/1", patient, category, record[2].to_bytes(4, "big"))
            generation = cbor2.loads(verifier.state.facts[fact])[0][2]
            need(generation in verifier.state.grants.get((patient, subject[1], value[5]), {}), "MayNotRead")
        self.record = record

    def cut(self):
        pass

    def end(self):
        need(self.record is not None, "Misplaced")
        erased = not self.had_body and is_erased(self.verifier.state, self.record, self.value[0])
        if not self.had_body and not erased and self.archive.want >= BODIES_TOO:
            self.archive.missing("BodyMissing")


# merkle.md -----------------------------------------------------------------------------------------------------------


def half_of(size):
    return 1 << (size - 1).bit_length() - 1


def multiproof_root(size, leaves, lines):
    """The root of a tree of so many leaves from some of them, `(place, hash)`, and the lines between."""
    lines = list(lines)

    def root(first, size, leaves):
        if not leaves:
            need(lines, "HistoryRoot")
            return lines.pop(0)
        if size == 1:
            return leaves[0][1]
        half = half_of(size)
        left = root(first, half, [leaf for leaf in leaves if leaf[0] < first + half])
        return sha(b"\1", left, root(first + half, size - half, [leaf for leaf in leaves if leaf[0] >= first + half]))

    found = root(0, size, leaves)
    return None if lines else found


def inclusion_root(leaf, index, size, path):
    """RFC 9162, 2.1.3.2; none where the path has not the length that index and size ask for."""
    if index >= size:
        return None
    at, last, found = index, size - 1, leaf
    for line in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = sha(b"\1", line, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha(b"\1", found, line)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def judge(data, chain=None, head=None, want=BODIES_TOO):
    """Verdict and the names of what was found."""
    archive = Archive(chain, head, want).judge(data)
    return archive.verdict(), [name for _, name in archive.findings]
