"""Compares what the physician's workstation holds with the truth: the same rows for each of the two devices."""

import collections
import csv
import decimal
import sys


def truth(path):
    with open(path, newline="", encoding="utf-8") as file:
        return collections.Counter(
            (row["time_utc"], row["mdc_code"], decimal.Decimal(row["value"]), row["unit_mdc"])
            for row in csv.DictReader(file)
        )


def opened(path, codes):
    by_device = collections.defaultdict(collections.Counter)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["mdc_code"] in codes:
                time = row["time_utc"].replace(".000Z", "Z")
                by_device[row["device"]][(time, row["mdc_code"], decimal.Decimal(row["value"]), row["unit"])] += 1
    return by_device


def acknowledged(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().count("MSA|AA|")


def main():
    expected = truth(sys.argv[1])
    devices = opened(sys.argv[2], {row[1] for row in expected})
    failed = False
    for path in sys.argv[3:]:
        count = acknowledged(path)
        print(f"replay: {count} of 480 messages answered AA")
        failed |= count != 480
    if len(devices) != 2:
        print(f"replay: readings of {len(devices)} devices, expected 2")
        failed = True
    for device, rows in sorted(devices.items()):
        missing, more = expected - rows, rows - expected
        print(f"replay: device {device}: {sum(rows.values())} rows, {sum(missing.values())} missing, {sum(more.values())} too many")
        for row in list(missing)[:3]:
            print(f"  missing {row}")
        for row in list(more)[:3]:
            print(f"  too many {row}")
        failed |= bool(missing or more)
    sys.exit(1 if failed else 0)


main()
