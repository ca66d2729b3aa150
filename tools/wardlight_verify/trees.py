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
