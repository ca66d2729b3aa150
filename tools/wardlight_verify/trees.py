"""merkle.md, state-root.md."""

import functools

from .encoding import ZERO, sha


def merkle_root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\1", merkle_root(leaves[:split]), merkle_root(leaves[split:]))


def bit(key, depth):
    return key[depth // 8] >> 7 - depth % 8 & 1


@functools.lru_cache(maxsize=1 << 16)
def lonely(key, value, depth):
    """The node at a depth below which there is one key."""
    node = sha(b"\0", key, value)
    for at in range(255, depth - 1, -1):
        node = sha(b"\1", ZERO, node) if bit(key, at) else sha(b"\1", node, ZERO)
    return node


def sparse_root(facts):
    def root(keys, depth):
        if not keys:
            return ZERO
        if len(keys) == 1:
            return lonely(keys[0], sha(facts[keys[0]]), depth)
        halves = [[key for key in keys if bit(key, depth) == side] for side in (0, 1)]
        return sha(b"\1", root(halves[0], depth + 1), root(halves[1], depth + 1))

    return root(sorted(facts), 0)


class Frontier:
    """The right border of a growing tree: the roots of its full subtrees, largest first."""

    def __init__(self, size, peaks):
        self.size, self.peaks = size, [peaks[at : at + 32] for at in range(0, len(peaks), 32)]

    def append(self, leaf):
        full = self.size
        while full & 1:
            leaf, full = sha(b"\1", self.peaks.pop(), leaf), full >> 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha(b"")
        return functools.reduce(lambda right, left: sha(b"\1", left, right), reversed(self.peaks))


def consistent(earlier, later, proof, earlier_root, later_root):
    """Whether the later tree begins with the earlier one, RFC 9162, 2.1.4.2."""
    if earlier in (0, later):
        return earlier <= later and not proof and (earlier == 0 or earlier_root == later_root)
    lines = [earlier_root, *proof] if earlier & earlier - 1 == 0 else list(proof)
    place, last = earlier - 1, later - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if earlier > later or not lines:
        return False
    before = after = lines.pop(0)
    for line in lines:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = sha(b"\1", line, before), sha(b"\1", line, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = sha(b"\1", after, line)
        place, last = place >> 1, last >> 1
    return (before, after, last) == (earlier_root, later_root, 0)
