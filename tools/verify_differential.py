#!/usr/bin/env python3
"""Judges files like wardlight-verify, and holds the two against each other. Run through tools/verify.sh.

verify.sh --archive [--chain HEX] [--need lane|records|bodies] FILE...    (archives, proofs of a value, evidence bundles)
verify.sh --evidence FILE...                                              (the same)
verify.sh --differential PROGRAM [--count N] [--seed N]

Exit codes of the first two: 0 valid, 1 invalid, 2 incomplete, 3 could not judge.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import verify_mutants as mutants
from wardlight_verify.archive import EXIT
from wardlight_verify.files import CANNOT_JUDGE, judge, worst

VECTORS = pathlib.Path(__file__).parent.parent / "docs/spec/vectors"
NEEDS = ["lane", "records", "bodies"]
BATCH = 250


def judge_files(arguments):
    verdicts, unread = [], False
    for name in arguments.files:
        try:
            data = pathlib.Path(name).read_bytes()
        except OSError as error:
            unread = True
            print(f"{name}: {error.strerror}", file=sys.stderr)
            continue
        verdict, why, proves = judge(data, arguments.chain, None, NEEDS.index(arguments.need))
        verdicts.append(verdict)
        print(f"{name}: {verdict}", *why)
        if proves:
            print(f"  {proves['at']} of chain {proves['chain']}, vouched for both:", *proves["signers"])
    return worst(verdicts, unread)


def run(program, need, names):
    """The exit code, and of each file the verdict and, of evidence, what it proves."""
    command = [program, "--json", "--need", need, *map(str, names)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    proves = [{key: one[key] for key in ("chain", "at", "signers")} if "at" in one else None for one in told]
    return done.returncode, [(one["verdict"], what) for one, what in zip(told, proves)]


def compare(program, need, files):
    """`files` are names with what was done to each. Returns how many disagree, and the verdicts."""
    code, theirs = run(program, need, [name for name, _ in files])
    ours = [judge(name.read_bytes(), None, None, NEEDS.index(need)) for name, _ in files]
    wrong = 0
    for (name, what), (verdict, why, proves), other in zip(files, ours, theirs, strict=True):
        if (verdict, proves) != other:
            wrong += 1
            print(f"{name.name} ({what}): here {verdict} {why} {proves}, there {other}")
    verdicts = [verdict for verdict, _, _ in ours]
    if code != worst(verdicts):
        wrong += 1
        print(f"exit code {code} does not fit")
    return wrong, verdicts


def check_archives(program, files):
    wrong = 0
    for file in files:
        said = json.loads(file.with_suffix(".json").read_text())
        verdict, why, _ = judge(file.read_bytes())
        code, theirs = run(program, "bodies", [file])
        named = said["why"] is None or sorted(set(why)) == sorted(set(said["why"]))
        if [verdict, theirs[0][0], EXIT[verdict]] != [said["verdict"]] * 2 + [code] or not named:
            wrong += 1
            print(f"{file.name}: {said}, here {verdict} {why}, there {theirs} with exit code {code}")
    return wrong


def check_bundles(program, folder, bundles):
    wrong = 0
    for number, case in enumerate(bundles):
        name = folder / f"bundle-{number}"
        name.write_bytes(bytes.fromhex(case["bytes"]))
        wrong += compare(program, "bodies", [(name, case["what"])])[0]
    return wrong


def differ(arguments):
    seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 32)
    print(f"seed {seed}")
    source = random.Random(seed)
    golden = sorted(VECTORS.glob("archive-*.bin"))
    archives = [file.read_bytes() for file in golden]
    vectors = json.loads((VECTORS / "checkpoint.json").read_text())
    cases = vectors["evidence"]
    bundles = [bytes.fromhex(case["bytes"]) for case in cases]
    geneses = {mutants.cbor2.loads(bundle)[1] for bundle, case in zip(bundles, cases) if "verdict" in case}
    signers = mutants.Signers(vectors["seeds"], sorted(geneses))
    makers = [
        lambda: mutants.archive(source, archives), lambda: mutants.archive(source, archives),
        lambda: mutants.evidence(source, bundles), lambda: signers.bundle(source),
    ]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        wrong = check_archives(arguments.program, golden) + check_bundles(arguments.program, folder, cases)
        convicted = 0
        for start in range(0, arguments.count, BATCH):
            files = []
            for at in range(start, min(start + BATCH, arguments.count)):
                data, what = makers[at % len(makers)]()
                name = folder / f"mutant-{at}"
                name.write_bytes(data)
                files.append((name, what))
            differing, verdicts = compare(arguments.program, source.choice(NEEDS), files)
            wrong += differing
            signed = [verdict for verdict, (_, what) in zip(verdicts, files) if what == "signed anew"]
            convicted += signed.count("valid")
            for name, _ in files:
                name.unlink()
    print(f"{len(golden)} golden archives, {len(cases)} golden bundles and {arguments.count} mutants: {wrong} disagreements")
    print(f"{convicted} bundles that were signed anew convict somebody")
    return 1 if wrong else 0


class Parser(argparse.ArgumentParser):
    """2 says that a file is incomplete, so wrong arguments end otherwise."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(CANNOT_JUDGE, f"{message}\n")


def chain(text):
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) != 32:
        raise argparse.ArgumentTypeError("a chain id is 64 hexadecimal digits")
    return data


def main():
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", "--evidence", dest="files", nargs="+", metavar="FILE")
    parser.add_argument("--differential", dest="program", metavar="PROGRAM")
    parser.add_argument("--chain", type=chain)
    parser.add_argument("--need", choices=NEEDS, default="bodies")
    parser.add_argument("--count", type=int, default=8000)
    parser.add_argument("--seed", type=int)
    arguments = parser.parse_args()
    if not arguments.program and not arguments.files:
        parser.error("give --archive, --evidence or --differential")
    return differ(arguments) if arguments.program else judge_files(arguments)


if __name__ == "__main__":
    sys.exit(main())
