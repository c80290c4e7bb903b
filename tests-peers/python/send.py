"""Sends files with python-hl7 over one connection and shows what is answered.

Usage: send.py HOST PORT FILE...
Prints one JSON line per file: {"file", "codes"}: MSA-1 of each answer, whose MSA-2 has been checked.

Messages that ask for one answer go through MLLPClient, the client that python-hl7 documents. It reads once per
message, so the enhanced mode's two answers, or none, are read through the streams of hl7.mllp.
"""

import asyncio
import json
import sys
from pathlib import Path

import hl7
from hl7.client import MLLPClient
from hl7.mllp import open_hl7_connection

TIMEOUT_SECONDS = 20


def answers_asked(message):
    """How many answers MSH-15 and MSH-16 ask for when all goes well (HL7 v2.5.1 section 2.9)."""
    header = message.segment("MSH")
    asked = [str(header[place]).strip() if len(header) > place else "" for place in (15, 16)]
    if asked == ["", ""]:
        return 1
    return sum(condition in ("AL", "SU") for condition in asked)


def code(answer, message):
    """MSA-1, once MSA-2 is known to be the message's MSH-10."""
    acknowledged = str(answer.segment("MSA")[2])
    sent = str(message.segment("MSH")[10])
    if acknowledged != sent:
        raise SystemExit(f"MSA-2 does not repeat MSH-10: {acknowledged!r} for {sent!r}")
    return str(answer.segment("MSA")[1])


def unframed(block):
    if block[:1] != b"\x0b" or block[-2:] != b"\x1c\x0d":
        raise SystemExit(f"not one MLLP block: {len(block)} bytes")
    return hl7.parse(block[1:-2], encoding="utf-8")


async def through_streams(host, port, message):
    reader, writer = await open_hl7_connection(host, port, encoding="utf-8")
    writer.writemessage(message)
    await writer.drain()
    codes = []
    for _ in range(answers_asked(message)):
        answer = await asyncio.wait_for(reader.readmessage(), TIMEOUT_SECONDS)
        codes.append(code(answer, message))
    writer.close()
    await writer.wait_closed()
    return codes


def main(host, port, files):
    with MLLPClient(host, int(port)) as client:
        client.socket.settimeout(TIMEOUT_SECONDS)
        for file in files:
            message = hl7.parse(Path(file).read_bytes(), encoding="utf-8")
            if answers_asked(message) == 1:
                codes = [code(unframed(client.send_message(message)), message)]
            else:
                codes = asyncio.run(through_streams(host, int(port), message))
            print(json.dumps({"file": file, "codes": codes}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
