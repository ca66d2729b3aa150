"""control.md: patients, guardians, devices, streams, generations, epochs."""

from .encoding import need
from .people import HUB
from .signatures import LOW_ORDER, key_id, signed


class Registry:
    # Patients --------------------------------------------------------------------------------------------------------

    def put_patient(self, patient, value):
        self.patients[patient] = self.put("patient", [patient], value)

    def check_registration(self, registration):
        patient, key, hub, proof = (registration[at] for at in range(4))
        message = b"wardlight/registration/1" + self.chain + patient + key + hub
        need(signed(key, message, proof), "Possession")
        member = self.active(hub)
        need(member and member[0][1] == HUB, "Unknown")

    def on_register(self, f, act):
        self.need_admins(act, 1)
        patient, key, hub = (f[0][at] for at in range(3))
        need(key not in LOW_ORDER, "WeakKey")
        need(patient not in self.patients and not self.used(key), "Exists")
        self.check_registration(f[0])
        self.put_patient(patient, {0: key, 1: hub, 2: act.height, 3: {}})

    def on_rehome(self, f, act):
        self.need_admins(act, self.joint())
        need(f[0][0] in self.patients, "Unknown")
        patient = self.patients[f[0][0]]
        need(patient[0] == f[0][1], "NotPermitted")
        need(patient[1] != f[0][2], "Unchanged")
        self.check_registration(f[0])
        self.put_patient(f[0][0], {**patient, 1: f[0][2]})

    def on_appoint(self, f, act):
        need(f[0] in self.patients, "Unknown")
        patient, (key, proof) = self.patients[f[0]], (f[1][0], f[1][1])
        need(key_id(patient[0]) == act.author, "NotPermitted")
        need(key not in LOW_ORDER, "WeakKey")
        need(not self.other_duty(key) and key_id(key) not in patient[3], "Exists")
        need(len(patient[3]) < 16, "TooMany")
        message = b"wardlight/guardian/1" + self.chain + f[0] + key
        need(signed(key, message, proof), "Possession")
        self.guarded[key_id(key)] = key
        self.put_patient(f[0], {**patient, 3: {**patient[3], key_id(key): key}})

    def on_dismiss(self, f, act):
        need(f[0] in self.patients, "Unknown")
        patient = self.patients[f[0]]
        need(act.author in (key_id(patient[0]), f[1]), "NotPermitted")
        need(f[1] in patient[3], "Unknown")
        self.put_patient(f[0], {**patient, 3: {k: v for k, v in patient[3].items() if k != f[1]}})

    # Devices ---------------------------------------------------------------------------------------------------------

    def put_device(self, device, value):
        self.devices[device] = self.put("device", [device.to_bytes(4, "big")], value)

    def on_device(self, f, act):
        self.need_admins(act, 1)
        need(f[0] == len(self.devices), "NotNext")
        need(all(device[0] != f[1] for device in self.devices.values()), "Exists")
        self.put_device(f[0], {0: f[1], 2: act.height})

    def device_in_use(self, device):
        need(device in self.devices, "Unknown")
        need(3 not in self.devices[device], "Ended")
        return {key: value for key, value in self.devices[device].items() if key != 1}

    def on_assign(self, f, act):
        self.need_admins(act, 1)
        device = self.device_in_use(f[0])
        need(len(f) == 1 or f[1] in self.patients, "Unknown")
        self.put_device(f[0], {**device, **({1: f[1]} if len(f) == 2 else {})})

    def on_retire(self, f, act):
        self.need_admins(act, 1)
        self.put_device(f[0], {**self.device_in_use(f[0]), 3: act.height})

    # Streams ---------------------------------------------------------------------------------------------------------

    def put_stream(self, stream, value):
        self.streams[stream] = self.put("stream", [stream.to_bytes(4, "big")], value)

    def on_stream(self, f, act):
        case, subject = f[1]
        member = self.active(act.author)
        if case in (0, 2):
            need(subject[0] in self.patients, "Unknown")
            may = self.patients[subject[0]][1] == act.author
            if case == 0:
                may = may or act.author in self.entitled(*subject, act.time)
            else:
                may = may or member and member[0][1] != HUB
        else:
            may = member
            need(case == 3 or not may or subject[0] in self.members, "Unknown")
        need(may, "MayNotWrite")
        need(f[0] == len(self.streams), "NotNext")
        mine = [s for s in self.streams.values() if (s[0], s[1]) == (act.author, f[1])]
        need(all(3 in stream for stream in mine), "Exists")
        self.put_stream(f[0], {0: act.author, 1: f[1], 2: act.height})

    def on_close(self, f, act):
        need(f[0] in self.streams, "Unknown")
        stream = self.streams[f[0]]
        case, subject = stream[1]
        by_hub = case in (0, 2) and self.patients[subject[0]][1] == act.author
        need(stream[0] == act.author or by_hub, "NotPermitted")
        need(3 not in stream, "Ended")
        self.put_stream(f[0], {**stream, 3: act.height})

    # Generations and epochs ------------------------------------------------------------------------------------------

    def need_hub(self, patient, act):
        need(patient in self.patients, "Unknown")
        need(self.patients[patient][1] == act.author, "NotPermitted")

    def give(self, patient, category, readers, generation, height):
        for reader in readers:
            grants = self.grants.setdefault((patient, category, reader), {})
            grants[generation] = height
            self.put("grants", [patient, bytes([category]), reader], grants)

    def on_generation(self, f, act):
        patient, category, generation, commitment, readers = (f[0][at] for at in range(5))
        self.need_hub(patient, act)
        need(set(readers) <= self.entitled(patient, category, act.time), "NotEntitled")
        custody = f[0].get(6)
        fits = custody is None or self.custodians and self.custodians[0] == custody[0]
        need(fits, "CustodyNotInForce")
        last = self.generations.get((patient, category), -1)
        need(generation == last + 1, "NotNext")
        self.generations[patient, category] = generation
        parts = [patient, bytes([category]), generation.to_bytes(4, "big")]
        opened = {0: commitment, 1: act.height, **({2: custody} if custody is not None else {})}
        self.put("generation", parts, opened)
        self.give(patient, category, readers, generation, act.height)

    def on_grant(self, f, act):
        patient, category, generation, readers, _ = f
        self.need_hub(patient, act)
        need(generation <= self.generations.get((patient, category), -1), "Unknown")
        need(set(readers) <= self.entitled(patient, category, act.time), "NotEntitled")
        held = [r for r in readers if generation in self.grants.get((patient, category, r), {})]
        need(not held, "Exists")
        self.give(patient, category, readers, generation, act.height)

    def on_epoch(self, f, act):
        patient, category, generation, epoch = (f[0][at] for at in range(4))
        self.need_hub(patient, act)
        need((patient, category) in self.generations, "Unknown")
        need(self.generations[patient, category] == generation, "GenerationNotInForce")
        opened = self.epochs.setdefault((patient, category), [])
        need(epoch == len(opened), "NotNext")
        opened.append(act.height)
        parts = [patient, bytes([category]), epoch.to_bytes(4, "big")]
        self.put("epoch", parts, {0: f[0], 1: act.height, 2: act.time})
