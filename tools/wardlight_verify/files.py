"""Any file that wardlight-verify judges, by what it begins with."""

from . import archive, evidence
from .archive import EXIT, INVALID, VALID
from .encoding import Refused

# Where a file could not be read or the arguments are wrong.
CANNOT_JUDGE = 3


def judge(data, chain=None, head=None, want=archive.BODIES_TOO):
    """The verdict, why, and of evidence what it proves."""
    if data[:1] != evidence.FIRST:
        return *archive.judge(data, chain, head, want), None
    try:
        return VALID, [], evidence.judge(data, chain)
    except Refused as refusal:
        return INVALID, [str(refusal)], None


def worst(verdicts, unread=False):
    """The exit code over several files."""
    codes = {EXIT[verdict] for verdict in verdicts}
    if 1 in codes:
        return 1
    return CANNOT_JUDGE if unread else max(codes, default=0)
