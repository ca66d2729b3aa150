"""evidence.md, heartbeat.md: two statements of which at most one can be true, and who signed both."""

from .checkpoint import verify as verify_checkpoint
from .encoding import Refused, any_bytes, choice, decode, encode, fields, is_time, is_uint, list_of, need, sha, struct
from .formats import CERTIFICATE, HASH, ID, LONG, SHORT
from .signatures import PROTECTED, key_id, sign1, signed
from .state import State
from .trees import Frontier
from .verifier import Verifier, header_id, malformed, parse_control, parse_header, under

# A map of four: what a bundle begins with. An archive begins with a letter.
FIRST = b"\xa4"
MAX_BYTES = 8_716_288
MAX_RUN = 4096
MAX_HEARTBEAT, MAX_TAILS = 918_016, 16_384


def is_frontier(value):
    shape = isinstance(value, list) and len(value) == 2 and LONG(value[0]) and any_bytes(value[1])
    return shape and value[0] <= 1 << 63 and len(value[1]) == 32 * value[0].bit_count()


RUN = struct(list_of(any_bytes), any_bytes, is_frontier, optional=(2,))
STATEMENT = choice(fields(RUN), fields(any_bytes), fields(any_bytes))
EVIDENCE = struct(is_uint(8), any_bytes, STATEMENT, STATEMENT)
HEARTBEAT = struct(ID, is_time, LONG, HASH, list_of(fields(SHORT, LONG, HASH)))


class Claims:
    """Header ids by height, history roots by size, and who signed for all of it."""

    def __init__(self, ids, roots, signers):
        self.ids, self.roots, self.signers = ids, roots, signers

    def against(self, other):
        """The first point at which both cannot be true, in words."""
        heights = [at for at in sorted(self.ids) if other.ids.get(at, self.ids[at]) != self.ids[at]]
        sizes = [at for at in sorted(self.roots) if other.roots.get(at, self.roots[at]) != self.roots[at]]
        need(heights or sizes, "NoContradiction")
        return f"two headers at height {heights[0]}" if heights else f"two histories of {sizes[0]} headers"


class Founding:
    """The chain and its validators, from genesis alone."""

    def __init__(self, data):
        try:
            payload, signers = parse_control(data)
            state = State()
            state.apply(payload, signers, 0, 0)
        except Refused:
            raise Refused("Genesis") from None
        self.chain = state.chain
        self.verifier = Verifier(self.chain)
        self.validators = {key_id(entry[0]): entry[0] for entry in state.founding[3]}
        self.verifier.validators = self.validators

    def claims(self, statement):
        case, content = statement[0], statement[1][0]
        if case == 0:
            return self.run(content)
        if case == 1:
            size, root, signers = under("Checkpoint", verify_checkpoint, content, self.chain, self.validators)
            return Claims({}, {size: root}, signers)
        return under("Heartbeat", self.heartbeat, content)

    def run(self, run):
        headers, certificate = run[0], run[1]
        need(len(headers) <= MAX_RUN, "Malformed")
        need(headers, "Run")
        frontier = Frontier(*run[2]) if 2 in run else None
        claims, last = Claims({}, {}, set()), None
        for data in headers:
            last = self.link(claims, data, last, frontier)
        height, identity = last
        under("Certificate", self.verifier.certify, certificate, height, identity)
        claims.signers = {signer for signer, _ in decode(certificate, CERTIFICATE, 16384)[1]}
        return claims

    def link(self, claims, data, last, frontier):
        """One header of a run, judged against the one before it. Its height and id."""
        try:
            header = parse_header(data)
        except Refused:
            raise Refused("Header") from None
        need(header[1] == self.chain, "Run")
        need(last is None or (last[0] + 1, last[1]) == (header[2], header[4]), "Run")
        height, identity = header[2], header_id(data)
        claims.ids[height], claims.roots[height] = identity, header[7]
        if frontier:
            need((frontier.size, frontier.root()) == (height, header[7]), "Frontier")
            frontier.append(sha(b"\0", identity))
            claims.roots[frontier.size] = frontier.root()
        return height, identity

    def heartbeat(self, data):
        payload, signature = malformed(sign1, data, MAX_HEARTBEAT)
        beat = malformed(decode, payload, HEARTBEAT, MAX_HEARTBEAT)
        streams = [tail[0] for tail in beat[4]]
        need(len(streams) <= MAX_TAILS and streams == sorted(set(streams)), "Malformed")
        need(beat[0] in self.validators, "UnknownAuthor")
        message = encode(["Signature1", PROTECTED, b"wardlight/heartbeat/1" + self.chain, payload])
        need(signed(self.validators[beat[0]], message, signature), "Signature")
        return Claims({beat[2]: beat[3]}, {}, {beat[0]})


def judge(data, chain=None):
    """What a bundle proves: chain, where the statements part, the key ids of those who signed both, ascending."""
    bundle = malformed(decode, data, EVIDENCE, MAX_BYTES)
    need(bundle[0] == 1, "Version")
    founding = Founding(bundle[1])
    one, other = founding.claims(bundle[2]), founding.claims(bundle[3])
    at = one.against(other)
    signers = sorted(one.signers & other.signers)
    need(signers, "NoCommonSigner")
    # Evidence about another chain says nothing about the one that was asked for.
    need(chain in (None, founding.chain), "NoContradiction")
    return {"chain": founding.chain.hex(), "at": at, "signers": [signer.hex() for signer in signers]}
