"""control.md: what each transaction does to the state, and when it is refused."""

import copy

import cbor2

from .agreements import Agreements
from .bounds import proposed
from .encoding import ZERO, Refused, encode, need, sha
from .people import Admitting, People
from .registry import Registry
from .signatures import LOW_ORDER, PROTECTED, key_id, signed
from .trees import sparse_root

WEEK = 7 * 24 * 3_600_000

# The case of each action and the method that carries it out.
ACTIONS = {
    1: "enrol", 2: "revoke", 3: "create_team", 4: "join", 5: "leave", 6: "register", 7: "device", 8: "assign",
    9: "stream", 10: "agree", 11: "end", 12: "generation", 13: "grant", 14: "epoch", 15: "add_key", 16: "reinstate",
    17: "role", 18: "policy", 19: "retire", 20: "narrow", 21: "delegate", 22: "consent", 23: "disclose",
    24: "break_glass", 25: "review", 26: "appoint", 27: "dismiss", 28: "custodians", 29: "erase", 30: "erased",
    31: "close", 32: "rehome", 36: "end_disclosure",
}


class Act:
    """An action in the hands of those who signed for it."""

    def __init__(self, author, signers, digest, height, time):
        self.author, self.signers, self.digest, self.height, self.time = author, set(signers), digest, height, time


class State(Admitting, People, Registry, Agreements):
    def __init__(self):
        self.chain, self.facts, self.log = None, {}, ZERO
        self.members, self.numbers, self.teams, self.patients, self.guarded = {}, {}, {}, {}, {}
        self.devices, self.streams, self.agreements, self.broken = {}, {}, {}, {}
        self.generations, self.grants, self.epochs = {}, {}, {}
        self.erasures, self.erased, self.proposals = {}, {}, {}
        self.founding, self.custodians = None, None

    def root(self):
        return sparse_root(self.facts)

    def put(self, name, parts, value):
        """Keeps a fact in the root and hands the value back."""
        self.facts[sha(f"wardlight/state/{name}/1", *parts)] = encode(value)
        return value

    def drop(self, name, parts):
        self.facts.pop(sha(f"wardlight/state/{name}/1", *parts), None)

    def apply(self, payload, signers, height, time):
        transaction = cbor2.loads(payload)
        case, f = transaction[3]
        digest = sha("wardlight/control/1", payload)
        if case == 0:
            need(self.chain is None, "AlreadyFounded")
            self.found(f[0], payload, signers, height)
        else:
            need(self.chain is not None, "NotFounded")
            author = self.check_signers(transaction, payload, signers)
            number = self.numbers.get(author, 0)
            need(transaction[0] == number, "WrongNumber")
            act = Act(author, [signer for signer, _ in signers], digest, height, time)
            self.carry_out(case, f, act)
            self.numbers[author] = self.put("number", [author], number + 1)
        self.log = self.put("log", [], sha("wardlight/log/1", self.log, digest))

    def carry_out(self, case, f, act):
        own = {33: self.propose, 34: self.approve, 35: self.withdraw}
        own.get(case, lambda *_: self.act(case, f, act))(f, act)

    def act(self, case, f, act):
        getattr(self, "on_" + ACTIONS[case])(f, act)

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
            need(proven[0][1] == 2, "NotPermitted")
        self.chain = sha("wardlight/control/1", payload)
        for proven in genesis[2]:
            self.admit(proven, key_id(proven[0][2]), height)
        self.founding = self.put("founding", [], {0: genesis[0], 1: genesis[1], 2: genesis[4], 3: genesis[3]})

    # Signers ---------------------------------------------------------------------------------------------------------

    def check_signers(self, transaction, payload, signers):
        confirms = transaction[3][0] == 30
        for signer, signature in signers:
            key = self.signer_key(signer, confirms)
            need(signed(key, self.message(self.chain, payload), signature), "Signature")
        author = transaction.get(1)
        need(author in [signer for signer, _ in signers], "AuthorMissing")
        return author

    def signer_key(self, signer, confirms=False):
        member = self.members.get(signer)
        if member:
            need(2 not in member, "RevokedSigner")
            return member[0][2]
        known = [p[0] for p in self.patients.values()]
        known += [key for p in self.patients.values() for key in p[3].values()]
        known += [v[0] for v in self.founding[3]] if confirms else []
        found = [key for key in known if key_id(key) == signer]
        need(found, "UnknownSigner")
        return found[0]

    def person(self, key):
        return self.members[key][3] if key in self.members else key

    def active(self, key):
        """An enrolled key in force."""
        return self.members[key] if key in self.members and 2 not in self.members[key] else None

    def keys_of(self, person):
        return [key for key, member in self.members.items() if member[3] == person]

    def signing(self, act, role):
        """The persons among the signers who have this role."""
        active = [self.active(key) for key in act.signers]
        return {member[3] for member in active if member and member[0][1] == role}

    def persons_in(self, role):
        return {m[3] for m in self.members.values() if 2 not in m and m[0][1] == role}

    def need_admins(self, act, count):
        got = len(self.signing(act, 2))
        need(got, "NotPermitted")
        need(got >= count, "TooFewAdmins", count - got)

    def need_two(self, got):
        need(got, "NotPermitted")
        need(got >= 2, "TooFewSigners", 2 - got)

    def need_officer_and_admin(self, act):
        self.need_two(sum(bool(self.signing(act, role)) for role in (7, 2)))

    def may_sign_for(self, patient, key):
        return key == key_id(self.patients[patient][0]) or key in self.patients[patient][3]

    def need_signed_for(self, patient, act):
        need(self.may_sign_for(patient, act.author), "NotPermitted")

    # Proposals -------------------------------------------------------------------------------------------------------

    def lacks(self, case, f, act):
        """Carries an action out; where nothing but signers is missing, says how many and leaves the state as it was."""
        try:
            self.act(case, f, act)
        except Refused as refusal:
            if refusal.missing:
                return refusal.missing
            raise
        return 0

    def propose(self, f, act):
        action = proposed(f[0])
        if not self.lacks(*action, act):
            return
        own = [p for p in self.proposals.values() if self.person(p[0]) == self.person(act.author)]
        need(sum(act.time < p[3] + WEEK for p in own) < 64, "TooMany")
        need(act.digest not in self.proposals, "Exists")
        for digest in [d for d, p in self.proposals.items() if p[3] + WEEK <= act.time]:
            self.drop_proposal(digest)
        approvals = sorted(act.signers - {act.author})
        self.put_proposal(act.digest, {0: act.author, 1: approvals, 2: act.height, 3: act.time, 4: f[0]})

    def put_proposal(self, digest, proposal):
        self.proposals[digest] = self.put("proposal", [digest], proposal)

    def drop_proposal(self, digest):
        del self.proposals[digest]
        self.drop("proposal", [digest])

    def approve(self, f, act):
        need(f[0] in self.proposals, "Unknown")
        proposal = self.proposals[f[0]]
        need(act.time < proposal[3] + WEEK, "Ended")
        before = {proposal[0], *proposal[1]}
        need(self.person(act.author) not in map(self.person, before), "Exists")
        self.signer_key(proposal[0])
        before = {key for key in before if self.counts(key)}
        case, fields = proposed(proposal[4])
        together = Act(proposal[0], before | act.signers, act.digest, act.height, act.time)
        missing = self.lacks(case, fields, together)
        if missing:
            alone = Act(proposal[0], before, act.digest, act.height, act.time)
            need(self.progress(case, fields, alone, missing), "NotPermitted")
            approvals = sorted({*proposal[1], *act.signers})
            self.put_proposal(f[0], {**proposal, 1: approvals})
        else:
            self.drop_proposal(f[0])

    def progress(self, case, f, alone, missing):
        """Whether fewer signers are missing than there were without the approval."""
        try:
            return self.lacks(case, f, alone) > missing
        except Refused:
            return True

    def counts(self, key):
        try:
            self.signer_key(key)
        except Refused:
            return False
        return True

    def withdraw(self, f, act):
        need(f[0] in self.proposals, "Unknown")
        if self.person(self.proposals[f[0]][0]) != self.person(act.author):
            self.need_admins(act, 1)
        self.drop_proposal(f[0])

    def copy(self):
        return copy.deepcopy(self)
