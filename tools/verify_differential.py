#!/usr/bin/env python3
"""Judges archives like wardlight-verify, and holds the two against each other. Run through tools/verify.sh.

verify.sh --archive [--chain HEX] [--need lane|records|bodies] FILE...
verify.sh --differential PROGRAM [--count N] [--seed N]
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from wardlight_verify.archive import EXIT, MAGIC, judge
from wardlight_verify.encoding import sha

VECTORS = pathlib.Path(__file__).parent.parent / "docs/spec/vectors"
NEEDS = ["lane", "records", "bodies"]
BATCH = 250


def worst(verdicts):
    """The exit code over several files."""
    codes = {EXIT[verdict] for verdict in verdicts}
    return 1 if 1 in codes else max(codes, default=0)


def judge_files(arguments):
    verdicts = []
    for name in arguments.files:
        chain = bytes.fromhex(arguments.chain) if arguments.chain else None
        verdict, why = judge(pathlib.Path(name).read_bytes(), chain, None, NEEDS.index(arguments.need))
        verdicts.append(verdict)
        print(f"{name}: {verdict}", *why)
    return worst(verdicts)


# Mutants -------------------------------------------------------------------------------------------------------------


def sections(data):
    at, found = len(MAGIC), []
    while at + 5 <= len(data):
        length = int.from_bytes(data[at + 1 : at + 5], "big")
        found.append(data[at : at + 5 + length])
        at += 5 + length
    return found


def resealed(data):
    """The digest made anew, as somebody would who does not want to be found out."""
    return data[:-32] + sha("wardlight/archive/1", data[:-32])


def mutant(random, data):
    """One changed file and what was done to it."""
    kind = random.choice(["flip", "flip", "flip", "byte", "cut", "drop", "repeat", "swap", "splice", "length", "append"])
    out = bytearray(data)
    at = random.randrange(len(data))
    if kind == "flip":
        out[at] ^= 1 << random.randrange(8)
    elif kind == "byte":
        out[at] = random.randrange(256)
    elif kind == "cut":
        return bytes(out[:at]), kind
    elif kind == "append":
        return bytes(out) + random.randbytes(random.randrange(1, 4)), kind
    elif kind == "splice":
        other = random.randrange(len(data))
        length = random.randrange(1, 33)
        out[at : at + length] = data[other : other + length]
    else:
        parts = sections(data)
        one, other = random.randrange(len(parts)), random.randrange(len(parts))
        if kind == "drop":
            del parts[one]
        elif kind == "repeat":
            parts.insert(other, parts[one])
        elif kind == "swap":
            parts[one], parts[other] = parts[other], parts[one]
        else:
            part = bytearray(parts[one])
            part[1 + random.randrange(4)] ^= 1 << random.randrange(8)
            parts[one] = bytes(part)
        out = bytearray(MAGIC + b"".join(parts))
    out = bytes(out)
    if len(out) > 64 and random.random() < 0.7:
        return resealed(out), kind + ", new digest"
    return out, kind


def run(program, need, names):
    command = [program, "--json", "--need", need, *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line)["verdict"] for line in done.stdout.splitlines()]


def compare(program, need, files):
    """`files` are names with what was done to each. Returns how many disagree."""
    code, theirs = run(program, need, [str(name) for name, _ in files])
    ours = [judge(name.read_bytes(), None, None, NEEDS.index(need)) for name, _ in files]
    wrong = 0
    for (name, what), (verdict, why), other in zip(files, ours, theirs, strict=True):
        if verdict != other:
            wrong += 1
            print(f"{name.name} ({what}): here {verdict} {why}, there {other}")
    if code != worst([verdict for verdict, _ in ours]):
        wrong += 1
        print(f"exit code {code} does not fit")
    return wrong


def check_golden(program, files):
    wrong = 0
    for file in files:
        said = json.loads(file.with_suffix(".json").read_text())
        verdict, why = judge(file.read_bytes())
        code, theirs = run(program, "bodies", [str(file)])
        named = said["why"] is None or sorted(set(why)) == sorted(set(said["why"]))
        if [verdict, *theirs, EXIT[verdict]] != [said["verdict"]] * 2 + [code] or not named:
            wrong += 1
            print(f"{file.name}: {said}, here {verdict} {why}, there {theirs} with exit code {code}")
    return wrong


def differ(arguments):
    seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
    print(f"seed {seed}")
    source = random.Random(seed)
    golden = sorted(VECTORS.glob("archive-*.bin"))
    wrong = check_golden(arguments.program, golden)
    originals = [file.read_bytes() for file in golden]
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, arguments.count, BATCH):
            files = []
            for at in range(start, min(start + BATCH, arguments.count)):
                data, what = mutant(source, source.choice(originals))
                name = pathlib.Path(folder) / f"mutant-{at}"
                name.write_bytes(data)
                files.append((name, what))
            wrong += compare(arguments.program, source.choice(NEEDS), files)
            for name, _ in files:
                name.unlink()
    print(f"{len(golden)} golden files and {arguments.count} mutants: {wrong} disagreements")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", dest="files", nargs="+", metavar="FILE")
    parser.add_argument("--differential", dest="program", metavar="PROGRAM")
    parser.add_argument("--chain")
    parser.add_argument("--need", choices=NEEDS, default="bodies")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    return differ(arguments) if arguments.program else judge_files(arguments)


if __name__ == "__main__":
    sys.exit(main())
