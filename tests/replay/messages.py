"""Prints the HL7 messages of a JSON-lines file as mllp_send reads them: one segment a line."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        message = json.loads(line)["hl7"]
        sys.stdout.buffer.write(message.replace("\r", "\r\n").encode("utf-8"))
