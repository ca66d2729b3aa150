"""control.md: people, keys, roles, teams, policy, custodians."""

from .encoding import encode, need
from .signatures import LOW_ORDER, key_id, signed

HUB, ADMIN = 8, 2


class Admitting:
    """How a key comes in."""

    def check_proof(self, proven):
        enrolment = proven[0]
        need(not {enrolment[2], enrolment[4]} & LOW_ORDER, "WeakKey")
        need(enrolment[2] != enrolment[4], "Exists")
        message = b"wardlight/possession/1" + encode(enrolment)
        need(signed(enrolment[2], message, proven[1]), "Possession")

    def check_fresh(self, proven):
        self.check_proof(proven)
        enrolment = proven[0]
        need(all(m[0][3] != enrolment[3] for m in self.members.values()), "Exists")
        need(not self.used(enrolment[2]) and not self.used(enrolment[4]), "Exists")

    def used(self, key):
        """Whether a key has a duty already, a guardian's included."""
        return key_id(key) in self.guarded or self.other_duty(key)

    def other_duty(self, key):
        return (
            key_id(key) in self.members
            or any(p[0] == key for p in self.patients.values())
            or any(m[0][4] == key for m in self.members.values())
            or any(key in (v[0], v[1]) for v in self.founding[3])
        )

    def admit(self, proven, person, height):
        key = key_id(proven[0][2])
        self.members[key] = self.put("member", [key], {0: proven[0], 1: height, 3: person, 4: []})

    def put_member(self, key, member):
        self.members[key] = self.put("member", [key], member)


class People:
    def joint(self):
        return self.founding[2][0]

    def on_enrol(self, f, act):
        self.need_admins(act, self.joint())
        self.check_fresh(f[0])
        self.admit(f[0], key_id(f[0][0][2]), act.height)

    def on_add_key(self, f, act):
        person, proven = f
        need(person in self.members and self.members[person][3] == person, "Unknown")
        first = self.members[person][0]
        if any(key in self.members and self.members[key][3] == person for key in act.signers):
            missing = self.joint() - len(self.signing(act, ADMIN))
            need(missing <= 0, "TooFewAdmins", missing)
        else:
            self.need_admins(act, self.founding[2][3])
        same = first[0] == proven[0][0] and first[1] == proven[0][1] and first[1] != HUB
        need(same, "OtherPerson")
        need(len(self.keys_of(person)) < 16, "TooMany")
        self.check_fresh(proven)
        self.admit(proven, person, act.height)

    def on_revoke(self, f, act):
        need(f[0] in self.members, "Unknown")
        if act.author != f[0]:
            self.need_admins(act, 1)
        member = self.active(f[0])
        need(member, "Ended")
        admins = [k for k, m in self.members.items() if 2 not in m and m[0][1] == ADMIN]
        need(admins != [f[0]], "LastAdmin")
        self.put_member(f[0], {**member, 2: {0: act.height, 1: act.time, 2: f[1]}})

    def on_reinstate(self, f, act):
        self.need_admins(act, self.joint())
        need(f[0] in self.members, "Unknown")
        member = dict(self.members[f[0]])
        need(2 in member, "Unchanged")
        revoked = member.pop(2)
        earlier = member[4] + [{0: member[1], 1: revoked[0]}]
        self.put_member(f[0], {**member, 1: act.height, 4: earlier})

    def on_role(self, f, act):
        person, role = f
        self.need_admins(act, self.joint())
        need(person in self.members and self.members[person][3] == person, "Unknown")
        before = self.members[person][0][1]
        need(HUB not in (before, role), "HubRole")
        need(before != role, "Unchanged")
        need(self.persons_in(ADMIN) != {person}, "LastAdmin")
        for key in self.keys_of(person):
            member = self.members[key]
            self.put_member(key, {**member, 0: {**member[0], 1: role}})

    def on_policy(self, f, act):
        self.need_admins(act, max(self.joint(), f[0][0]))
        need(self.founding[2] != f[0], "Unchanged")
        need(max(f[0][0], f[0][3]) <= len(self.persons_in(ADMIN)), "TooStrict")
        self.founding = self.put("founding", [], {**self.founding, 2: f[0]})

    def on_create_team(self, f, act):
        self.need_admins(act, 1)
        need(f[0] not in self.teams, "Exists")
        self.teams[f[0]] = self.put("team", [f[0]], {0: f[1], 1: []})

    def is_active_person(self, person):
        return any(self.active(key) for key in self.keys_of(person))

    def on_join(self, f, act):
        self.need_admins(act, self.joint())
        need(f[0] in self.teams and self.is_active_person(f[1]), "Unknown")
        team = self.teams[f[0]]
        need(f[1] not in team[1], "Exists")
        self.teams[f[0]] = self.put("team", [f[0]], {0: team[0], 1: sorted(team[1] + [f[1]])})

    def on_leave(self, f, act):
        self.need_admins(act, 1)
        need(f[0] in self.teams and f[1] in self.teams[f[0]][1], "Unknown")
        team = self.teams[f[0]]
        self.teams[f[0]] = self.put("team", [f[0]], {0: team[0], 1: [k for k in team[1] if k != f[1]]})

    def on_custodians(self, f, act):
        threshold, persons = f
        self.need_admins(act, self.joint())
        for person in persons:
            need(self.is_active_person(person), "Unknown")
            need(person not in self.persons_in(HUB), "WrongHolder")
        if threshold:
            self.custodians = self.put("custodians", [], {0: threshold, 1: persons, 2: act.height})
        else:
            self.custodians = None
            self.drop("custodians", [])
