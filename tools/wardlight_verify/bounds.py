"""control.md: bounds of every field."""

import unicodedata

from .encoding import Refused, decode, need
from .formats import ACTION


def text(value, limit):
    blank = not value.strip()
    need(not blank and len(value.encode()) <= limit, "OutOfBounds")
    need(not any(unicodedata.category(c) == "Cc" for c in value), "OutOfBounds")
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    need(not any(c in turning for c in value), "OutOfBounds")


def ascending(items):
    return all(a < b for a, b in zip(items, items[1:]))


def enrolment(e):
    text(e[0], 96)
    text(e[3], 2048)


def policy(p):
    need(p[0] in (1, 2) and 1 <= p[1] <= 24 and p[0] <= p[3] <= 16 and 1 <= p[4] <= 15, "OutOfBounds")
    # Physician, nurse, pharmacist.
    need(2 not in p or 1 <= p[2][0] <= 60 and p[2][1] and not p[2][1] & ~0b10011, "OutOfBounds")


def genesis(g):
    text(g[0], 96)
    need(1 <= len(g[2]) <= 16 and 1 <= len(g[3]) <= 100, "OutOfBounds")
    need(ascending([v[0] for v in g[3]]), "OutOfBounds")
    policy(g[4])
    need(g[4][0] <= len(g[2]), "OutOfBounds")
    for validator in g[3]:
        text(validator[2], 128)
    for proven in g[2]:
        enrolment(proven[0])


def categories(bits):
    need(0 < bits < 1 << 9, "OutOfBounds")


def agreement(a):
    categories(a[3])
    if 7 in a:
        categories(a[7])
        need(not a[7] & ~a[3], "OutOfBounds")


def readers(keys, least):
    need(least <= len(keys) <= 1500 and ascending(keys), "OutOfBounds")


def custodians(threshold, persons):
    nobody = threshold == 0 and not persons
    need(nobody or 2 <= threshold <= len(persons) <= 16, "OutOfBounds")
    need(ascending(persons), "OutOfBounds")


def proposed(data):
    """The action that a proposal carries."""
    try:
        action = decode(data, ACTION, 65536)
        need(action[0] not in (0, 33, 34, 35), "OutOfBounds")
        bounds(*action)
    except Refused as refusal:
        raise Refused("OutOfBounds") from refusal
    return action


def bounds(case, f):
    if case == 0:
        genesis(f[0])
    elif case in (1, 15):
        enrolment(f[case == 15][0])
    elif case == 3:
        text(f[1], 96)
    elif case == 7:
        text(f[1], 128)
    elif case in (10, 21, 22, 23):
        agreement(f[case == 21])
    elif case == 12:
        readers(f[0][4], 0)
        need(6 not in f[0] or 2 <= f[0][6][0] <= 16, "OutOfBounds")
    elif case == 13:
        readers(f[3], 1)
    elif case == 14:
        text(f[0][4], 2048)
        need(1 <= len(f[0][6]) <= 256, "OutOfBounds")
    elif case == 18:
        policy(f[0])
    elif case == 20:
        categories(f[1])
    elif case == 24:
        categories(f[0][2])
        need(1 <= f[0][3] <= 60, "OutOfBounds")
    elif case == 28:
        custodians(*f)
    elif case == 29:
        scope, of = f[0][2]
        if scope == 0:
            categories(of[0])
        need(scope == 0 or of[1] <= of[2], "OutOfBounds")
    elif case == 33:
        proposed(f[0])
