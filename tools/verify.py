#!/usr/bin/env python3
"""A second verifier, written from docs/spec alone. It shares no code with crates/ledger.

It checks docs/spec/vectors/chain.json: every block, record and body must pass, and every malformed case must be refused
with the error that the file names; docs/spec/vectors/agreements.json, row by row; docs/spec/vectors/access.json; and
docs/spec/vectors/checkpoint.json with its bundles of evidence. The rules stand in the package wardlight_verify beside this
file. Run it through tools/verify.sh, which provides cbor2 and cryptography.
"""

import json
import pathlib
import sys

import cbor2

from wardlight_verify import access, checkpoint, evidence
from wardlight_verify.encoding import Refused
from wardlight_verify.signatures import key_id
from wardlight_verify.state import State
from wardlight_verify.trees import consistent
from wardlight_verify.verifier import Verifier, check_body, parse_control, record_hash


def read_entries(entries):
    return [(0 if e["lane"] == "control" else 1, bytes.fromhex(e["bytes"])) for e in entries]


def read_item(item):
    certificate = item["certificate"]
    return {
        "header": bytes.fromhex(item["header"]),
        "certificate": None if certificate is None else bytes.fromhex(certificate),
        "controls": [bytes.fromhex(c) for c in item["controls"]],
    }


def judge(steps, blocks, case):
    """Offers a malformed case; a verifier before each height is in `steps`."""
    whole = steps[-1].copy()
    before = case.get("predecessor")
    if "lane" in case:
        return steps[case["after"]].copy().advance([read_item(item) for item in case["lane"]])
    if "ciphertext" in case:
        height = case["height"]
        data = read_entries(blocks[height]["entries"])[case["index"]][1]
        header = whole.record(height, data, before)
        return check_body(header, bytes.fromhex(case["salt"]), bytes.fromhex(case["ciphertext"]))
    entries = read_entries(case["entries"])
    if "forged" not in case:
        return whole.admit(case["height"], entries)
    verifier = steps[case["after"]].copy() if "after" in case else whole
    verifier.advance([read_item(case["forged"])])
    height = len(verifier.headers) - 1
    if "after" in case:
        return verifier.admit(height, entries)
    verifier.admit(height, entries)
    return verifier.record(height, entries[-1][1], before)


def check_chain(vectors):
    bodies = {bytes.fromhex(b["record"]): b for b in vectors["bodies"]}
    steps = [Verifier(bytes.fromhex(vectors["chain_id"]))]
    tails, records = {}, 0
    for height, block in enumerate(vectors["blocks"]):
        entries = read_entries(block["entries"])
        verifier = steps[-1].copy()
        verifier.advance([{
            "header": bytes.fromhex(block["header"]), "certificate": bytes.fromhex(block["certificate"]),
            "controls": [data for lane, data in entries if lane == 0],
        }])
        verifier.admit(height, entries)
        assert verifier.headers[-1]["id"].hex() == block["header_id"]
        assert verifier.state.root().hex() == block["state_root"]
        assert verifier.history().hex() == block["history_root_after"]
        for data in (data for lane, data in entries if lane == 1):
            stream = cbor2.loads(cbor2.loads(data)[2])[0]
            header = verifier.record(height, data, tails.get(stream))
            body = bodies.pop(record_hash(data))
            check_body(header, bytes.fromhex(body["salt"]), bytes.fromhex(body["ciphertext"]))
            tails[stream] = {"seq": header[1], "hash": record_hash(data).hex()}
            records += 1
        steps.append(verifier)
    assert not bodies, "bodies without a record"
    return steps, records


def apply(state, step):
    payload, signers = parse_control(bytes.fromhex(step["transaction"]))
    state.apply(payload, signers, step["height"], step["time"])


def check_agreements(vectors):
    """Every row of the table of agreements; says which differ."""
    base, wrong = State(), 0
    for step in vectors["base"]:
        apply(base, step)
    patient = bytes.fromhex(vectors["patient"])
    names = {bytes.fromhex(key["id"]): key["name"] for key in vectors["keys"]}
    order = [key["name"] for key in vectors["keys"]]
    for row in vectors["rows"]:
        state = base.copy()
        for step in row["before"]:
            apply(state, step)
        before = state.copy()
        try:
            apply(state, row)
            outcome = "accepted"
        except Refused as refusal:
            outcome = str(refusal)
            assert state.root() == before.root(), f"a refusal left a trace: {row['what']}"
        got = {"outcome": outcome, "state_root": state.root().hex()}
        for code, category in ((0, "vitals"), (3, "notes")):
            got[category] = sorted(map(names.get, state.entitled(patient, code, row["time"])), key=order.index)
        differs = {key: value for key, value in got.items() if row[key] != value}
        if differs:
            wrong += 1
            print(f"{row['table']}: {row['what']}: expected {row['outcome']}, got {differs}")
    print(f"{len(vectors['rows']) - wrong} of {len(vectors['rows'])} transitions of agreements judged as the table says")
    return wrong


def check_access(vectors):
    """Every proof of access, and a few of its bits flipped."""
    wrong, flipped = 0, 0
    for number, case in enumerate(vectors["cases"]):
        data, root = bytes.fromhex(case["proof"]), bytes.fromhex(case["state_root"])
        by, granted = access.judge(data, root, case["time"])
        verdict = {"by": [name.hex() for name in by], "granted": [list(pair) for pair in sorted(granted.items())]}
        if verdict != case["verdict"]:
            wrong += 1
            print(f"{case['what']}: expected {case['verdict']}, got {verdict}")
        for at in range(number % 7, len(data), 29):
            changed = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:]
            flipped += 1
            try:
                access.judge(changed, root, case["time"])
            except Refused:
                continue
            wrong += 1
            print(f"{case['what']}: byte {at} changed and accepted")
    print(f"{len(vectors['cases'])} proofs of access judged as named, {flipped} changed ones; {wrong} wrong")
    return wrong


def check_checkpoints(vectors):
    """Checkpoints, the witness's word on them, and that the later begins with the earlier."""
    chain, key = bytes.fromhex(vectors["chain_id"]), bytes.fromhex(vectors["public"])
    witness = checkpoint.parse_witness(vectors["witness"])
    notes = [note.encode() for note in vectors["checkpoints"]]
    heads = [checkpoint.verify(note, chain, {key_id(key): key})[:2] for note in notes]
    wrong = sum(checkpoint.cosigned(note, *witness) is None for note in notes)
    (one, root), (other, later), proof = *heads[1:], [bytes.fromhex(line) for line in vectors["consistency"]]
    wrong += not consistent(one, other, proof, root, later) or consistent(one, other, proof, later, root)
    for note, at in ((note, at) for note in notes for at in range(len(note))):
        changed = note[:at] + bytes([note[at] ^ 1 << at % 8]) + note[at + 1 :]
        try:
            checkpoint.verify(changed, chain, {key_id(key): key})
            # Only the witness's line is not the validator's word.
            seen = checkpoint.cosigned(changed, *witness)
        except Refused:
            continue
        if seen is not None:
            wrong += 1
            print(f"checkpoint: byte {at} changed and accepted")
    print(f"{len(notes)} checkpoints and their witness judged, {sum(map(len, notes))} changed ones; {wrong} wrong")
    return wrong


def check_evidence(cases):
    """Every bundle: whom it convicts, or why nobody. A flipped bit never convicts."""
    wrong, flipped = 0, 0
    for case in cases:
        data = bytes.fromhex(case["bytes"])
        try:
            found = evidence.judge(data)
            got = {"verdict": found["at"], "signers": found["signers"]}
        except Refused as refusal:
            got = {"error": str(refusal)}
        if got != {key: case[key] for key in ("verdict", "signers", "error") if key in case}:
            wrong += 1
            print(f"{case['what']}: expected {case.get('verdict') or case['error']}, got {got}")
        for at in range(flipped % 7, len(data), 29):
            flipped += 1
            try:
                evidence.judge(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            except Refused:
                continue
            wrong += 1
            print(f"{case['what']}: byte {at} changed and accepted")
    print(f"{len(cases)} bundles of evidence judged as named, {flipped} changed ones; {wrong} wrong")
    return wrong


def main():
    folder = pathlib.Path(__file__).parent.parent / "docs/spec/vectors"
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "chain.json"
    vectors = json.loads(path.read_text())
    steps, records = check_chain(vectors)
    wrong = 0
    for case in vectors["malformed"]:
        try:
            judge(steps, vectors["blocks"], case)
            got = "accepted"
        except Refused as refusal:
            got = str(refusal)
        if got != case["error"]:
            wrong += 1
            print(f"{case['what']}: expected {case['error']}, got {got}")
    cases = len(vectors["malformed"])
    print(f"{len(vectors['blocks'])} blocks and {records} records verified")
    print(f"{cases - wrong} of {cases} malformed cases refused as named")
    if len(sys.argv) == 1:
        wrong += check_agreements(json.loads((folder / "agreements.json").read_text()))
        wrong += check_access(json.loads((folder / "access.json").read_text()))
        notes = json.loads((folder / "checkpoint.json").read_text())
        wrong += check_checkpoints(notes) + check_evidence(notes["evidence"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
