"""access.md: who could read what at a height, and who could not, from the state root alone."""

import cbor2

from .agreements import CAREGIVER, CAREGIVING, NEVER, RESEARCH, RESEARCHER
from .encoding import ZERO, any_bytes, decode, fields, is_bytes, list_of, need, sha, struct
from .formats import CATEGORY, ID
from .trees import bit

LIMIT = 4 << 20
PATH = fields(is_bytes(32), lambda v: any_bytes(v) and len(v) % 32 == 0)
FACT = struct(any_bytes, PATH, optional=(0,))
PROOF = struct(ID, CATEGORY, ID, FACT, FACT, FACT, list_of(FACT), list_of(FACT))


def leads(path, key, value, root):
    """Whether key and value, or its absence, lead to the root."""
    bitmap, siblings = path
    siblings = [siblings[at:at + 32] for at in range(0, len(siblings), 32)]
    depths = [depth for depth in range(256) if bit(bitmap, depth)]
    if len(depths) != len(siblings) or ZERO in siblings:
        return False
    beside = dict(zip(depths, siblings))
    node = ZERO if value is None else sha(b"\0", key, sha(value))
    for depth in range(255, -1, -1):
        pair = (beside.get(depth, ZERO), node) if bit(key, depth) else (node, beside.get(depth, ZERO))
        node = ZERO if pair == (ZERO, ZERO) else sha(b"\1", *pair)
    return node == root


def read(fact, name, parts, root):
    """The fact, or none where it is proved absent."""
    value = fact.get(0)
    need(leads(fact[1], sha(f"wardlight/state/{name}/1", *parts), value, root), "Fact")
    return None if value is None else cbor2.loads(value)


def judge(data, root, time):
    """The agreements that let the key read at this block time, and what it was granted."""
    proof = decode(data, PROOF, LIMIT)
    patient, category, key = proof[0], proof[1], proof[2]
    member = read(proof[3], "member", [key], root)
    granted = read(proof[4], "grants", [patient, bytes([category]), key], root) or {}
    names = read(proof[5], "agreements", [patient], root) or []
    need(len(names) == len(proof[6]), "Count")
    agreements = [read(fact, "agreement", [name], root) for name, fact in zip(names, proof[6])]
    need(all(agreements), "Absent")
    holders = sorted({g[0][2][1][0] for g in agreements if g[0][2][0] == 0})
    need(len(holders) == len(proof[7]), "Count")
    teams = {team: read(fact, "team", [team], root) for team, fact in zip(holders, proof[7])}
    need(all(teams.values()), "Absent")
    if member is None or 2 in member:
        return [], granted
    return [g[0][0] for g in agreements if lets_read(g[0], category, member, teams, time)], granted


def lets_read(a, category, member, teams, time):
    case, (holder,) = a[2]
    person, role = member[3], member[0][1]
    held = holder == person if case == 1 else person in teams[holder][1]
    fits = {RESEARCH: RESEARCHER, CAREGIVING: CAREGIVER}.get(a[4], role) == role
    return held and fits and a[3] >> category & 1 and a[5] <= time < a.get(6, NEVER)
