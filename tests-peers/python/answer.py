"""Answers AA with python-hl7's server and keeps nothing: what a library alone can do.

Usage: answer.py PORT
Prints "ready" once it listens. Ends at the end of its standard input.
"""

import asyncio
import sys

from hl7.mllp import start_hl7_server

MAX_MESSAGE_BYTES = 64 * 1024 * 1024


async def main(port):
    async def serve(reader, writer):
        try:
            while True:
                message = await reader.readmessage()
                writer.writemessage(message.create_ack("AA"))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    server = await start_hl7_server(
        serve, "127.0.0.1", port, limit=MAX_MESSAGE_BYTES, encoding="utf-8"
    )
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
