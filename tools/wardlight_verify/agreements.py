"""control.md, agreements.md: agreements, emergencies, erasure."""

from .encoding import need
from .signatures import key_id

TREATMENT, RESEARCH, CAREGIVING, LEGAL, EMERGENCY = range(5)
RESEARCHER, CAREGIVER, OFFICER = 5, 6, 7
PATIENT, GUARDIAN, BEDSIDE, DELEGATED, LAW, BROKEN = range(6)
NEVER = 1 << 63
DAY = 24 * 3_600_000


def end(agreement):
    return agreement.get(6, NEVER)


class Agreements:
    def fits(self, purpose, role):
        """Whether an agreement of this purpose lets somebody of this role read."""
        return {RESEARCH: RESEARCHER, CAREGIVING: CAREGIVER}.get(purpose, role) == role

    def holders(self, holder):
        case, (name,) = holder
        return [name] if case == 1 else self.teams[name][1]

    def in_force(self, granted, time):
        a = granted[0]
        return 2 not in granted and a[5] <= time < end(a)

    def entitled(self, patient, category, time):
        readers = set()
        for granted in self.agreements.values():
            a = granted[0]
            if a[1] == patient and a[3] >> category & 1 and self.in_force(granted, time):
                keys = {key for person in self.holders(a[2]) for key in self.keys_of(person)}
                active = {key: self.active(key) for key in keys}
                readers |= {key for key, m in active.items() if m and self.fits(a[4], m[0][1])}
        return readers

    def put_agreement(self, granted):
        name, patient = granted[0][0], granted[0][1]
        self.agreements[name] = self.put("agreement", [name], granted)
        unrevoked = [n for n, g in self.agreements.items() if g[0][1] == patient and 2 not in g]
        self.put("agreements", [patient], sorted(unrevoked))

    def begin(self, a, origin, act):
        self.put_agreement({0: a, 1: act.height, 3: origin})

    def check_new(self, a):
        need(a[0] not in self.agreements, "Exists")
        case, (name,) = a[2]
        need(self.keys_of(name) if case == 1 else name in self.teams, "Unknown")
        need(a[4] != CAREGIVING or case == 1, "WrongHolder")
        roles = [self.members[person][0][1] for person in self.holders(a[2])]
        need(all(self.fits(a[4], role) for role in roles), "WrongHolder")

    def check_span(self, a, act):
        need(a[4] != RESEARCH or 6 in a, "Span")
        need(end(a) > a[5] and end(a) > act.time, "Span")

    def check_short(self, a, millis, act):
        self.check_span(a, act)
        need(6 in a and a[6] <= act.time + millis, "Span")

    def on_agree(self, f, act):
        a = f[0]
        need(a[1] in self.patients, "Unknown")
        self.need_signed_for(a[1], act)
        need(a[4] in (TREATMENT, RESEARCH, CAREGIVING), "WrongPurpose")
        self.check_new(a)
        self.check_span(a, act)
        own = act.author == key_id(self.patients[a[1]][0])
        self.begin(a, [PATIENT, []] if own else [GUARDIAN, [act.author]], act)

    def on_end(self, f, act):
        need(f[0] in self.agreements, "Unknown")
        granted = self.agreements[f[0]]
        origin, by = granted[3]
        person = [1, [self.members[act.author][3]]] if act.author in self.members else None
        passed_on = origin == DELEGATED and self.agreements[by[0]][0][2] == person
        asked = origin == BROKEN and granted[0][2] == person
        if not passed_on and not asked:
            self.need_signed_for(granted[0][1], act)
            need(origin != LAW, "NotPermitted")
        self.end(granted, act)

    def end(self, granted, act):
        need(2 not in granted, "Ended")
        self.put_agreement({**granted, 2: act.height})
        for passed in self.passed_on(granted[0][0]):
            self.put_agreement({**passed, 2: act.height})

    def passed_on(self, parent):
        return [g for g in list(self.agreements.values()) if g[3] == [DELEGATED, [parent]] and 2 not in g]

    def on_narrow(self, f, act):
        name, categories, until = f[0], f[1], f[2] if len(f) == 3 else NEVER
        need(name in self.agreements, "Unknown")
        granted = self.agreements[name]
        before = granted[0]
        self.need_signed_for(before[1], act)
        need(granted[3][0] != LAW, "NotPermitted")
        need(2 not in granted and act.time < end(before), "Ended")
        need(not categories & ~before[3] and until <= end(before), "OutOfScope")
        need(categories != before[3] or until != end(before), "Unchanged")
        kept = {key: value for key, value in before.items() if key not in (6, 7)}
        kept[3] = categories
        if until != NEVER:
            kept[6] = until
        if before.get(7, 0) & categories:
            kept[7] = before[7] & categories
        self.check_span(kept, act)
        self.put_agreement({**granted, 0: kept, 4: act.height})
        for passed in self.passed_on(name):
            self.narrow_passed_on(passed, kept, act)

    def narrow_passed_on(self, passed, parent, act):
        a = dict(passed[0])
        left = parent.get(7, 0) & a[3]
        until = min(end(a), end(parent))
        if left and a[5] < until:
            a[3] = left
            if until != NEVER:
                a[6] = until
        else:
            passed = {**passed, 2: act.height}
        if a != passed[0]:
            passed = {**passed, 4: act.height}
        self.put_agreement({**passed, 0: a})

    def on_delegate(self, f, act):
        name, a = f
        need(name in self.agreements, "Unknown")
        parent = self.agreements[name]
        need(act.author in self.members, "NotPermitted")
        need(parent[0][2] == [1, [self.members[act.author][3]]], "NotPermitted")
        need(self.in_force(parent, act.time), "Ended")
        need(a[4] == CAREGIVING, "WrongPurpose")
        part = not a[3] & ~parent[0].get(7, 0) and a[1] == parent[0][1]
        need(part and end(a) <= end(parent[0]) and 7 not in a, "OutOfScope")
        self.check_new(a)
        self.check_span(a, act)
        self.begin(a, [DELEGATED, [name]], act)

    def on_consent(self, f, act):
        a = f[0]
        need(a[1] in self.patients, "Unknown")
        persons = sorted(self.signing(act, 0) | self.signing(act, 1))
        self.need_two(len(persons))
        need(a[4] == TREATMENT, "WrongPurpose")
        need(a[2][0] == 0, "WrongHolder")
        need(7 not in a, "OutOfScope")
        self.check_new(a)
        self.check_short(a, 7 * DAY, act)
        self.begin(a, [BEDSIDE, persons[:2]], act)

    def on_disclose(self, f, act):
        a = f[0]
        need(a[1] in self.patients, "Unknown")
        self.need_officer_and_admin(act)
        need(a[4] == LEGAL, "WrongPurpose")
        need(7 not in a, "OutOfScope")
        self.check_new(a)
        self.check_short(a, 366 * DAY, act)
        self.begin(a, [LAW, [f[1]]], act)

    def on_end_disclosure(self, f, act):
        need(f[0] in self.agreements and self.agreements[f[0]][3][0] == LAW, "Unknown")
        self.need_officer_and_admin(act)
        self.end(self.agreements[f[0]], act)

    # Emergencies -----------------------------------------------------------------------------------------------------

    def on_break_glass(self, f, act):
        request, member = f[0], self.active(act.author)
        policy = self.founding[2].get(2)
        need(member and policy and policy[1] >> member[0][1] & 1, "NotPermitted")
        need(request[1] in self.patients, "Unknown")
        need(request[0] not in self.agreements, "Exists")
        need(request[3] <= policy[0], "Span")
        until = act.time + request[3] * 60_000
        holder = [1, [member[3]]]
        a = {0: request[0], 1: request[1], 2: holder, 3: request[2], 4: EMERGENCY, 5: act.time, 6: until}
        self.begin(a, [BROKEN, []], act)
        self.put_broken({0: request, 1: act.author, 2: member[3], 3: act.height, 4: act.time})

    def put_broken(self, broken):
        self.broken[broken[0][0]] = self.put("break-glass", [broken[0][0]], broken)

    def on_review(self, f, act):
        need(f[0] in self.broken, "Unknown")
        broken, member = self.broken[f[0]], self.active(act.author)
        need(member and member[0][1] == OFFICER and member[3] != broken[2], "NotPermitted")
        need(5 not in broken, "Exists")
        self.put_broken({**broken, 5: {0: act.author, 1: f[1], 2: act.height}})

    # Erasure ---------------------------------------------------------------------------------------------------------

    def on_erase(self, f, act):
        order = f[0]
        need(order[1] in self.patients, "Unknown")
        if order[3] == 0:
            self.need_signed_for(order[1], act)
        else:
            self.need_officer_and_admin(act)
        need(order[0] not in self.erasures, "Exists")
        scope, of = order[2]
        if scope == 1:
            need(of[0] in self.streams, "Unknown")
            case, subject = self.streams[of[0]][1]
            need(case == 0 and subject[0] == order[1], "OutOfScope")
        need(order[4] < act.height, "Span")
        erasure = {0: order, 1: act.height, 2: act.time, 3: act.author}
        self.erasures[order[0]] = self.put("erasure", [order[0]], erasure)

    def on_erased(self, f, act):
        validators = [key_id(v[0]) for v in self.founding[3]]
        need(self.active(act.author) or act.author in validators, "NotPermitted")
        order = f[0][0]
        need(order in self.erasures, "Unknown")
        need((order, act.author) not in self.erased, "Exists")
        receipt = {0: f[0], 1: act.height}
        self.erased[order, act.author] = self.put("erased", [order, act.author], receipt)
