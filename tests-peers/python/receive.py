"""Receives messages with python-hl7's server, answers AA and keeps what came.

Usage: receive.py PORT FOLDER
Prints "ready" once it listens, then the name of each file it has written, in order of arrival. Ends at the end of
its standard input.
"""

import asyncio
import itertools
import sys
from pathlib import Path

import hl7
from hl7.mllp import start_hl7_server

MAX_MESSAGE_BYTES = 64 * 1024 * 1024


async def main(port, folder):
    numbers = itertools.count(1)

    async def serve(reader, writer):
        try:
            while True:
                block = await reader.readblock()
                message = hl7.parse(block, encoding="utf-8")
                file = folder / f"{next(numbers):04}.hl7"
                file.write_bytes(block)
                print(file.name, flush=True)
                writer.writemessage(message.create_ack("AA"))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await start_hl7_server(
        serve, "127.0.0.1", port, limit=MAX_MESSAGE_BYTES, encoding="utf-8"
    )
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
