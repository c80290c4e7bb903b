// Sends files with @medplum/hl7 over one connection and shows what is answered.
//
// Usage: send.mjs HOST PORT FILE...
// Prints one JSON line per file: {"file", "codes"}: MSA-1 of each answer, whose MSA-2 has been checked.
import { readFileSync } from 'node:fs';
import { Hl7Client, ReturnAckCategory } from '@medplum/hl7';
import { Hl7Message } from '@medplum/core';

const TIMEOUT_MS = 20_000;

// Which answers MSH-15 and MSH-16 ask for when all goes well (HL7 v2.5.1 section 2.9).
function answersAsked(message) {
  const asked = [15, 16].map((field) => message.header.getField(field)?.toString().trim() ?? '');
  if (asked.every((condition) => condition === '')) {
    return ['application'];
  }
  const levels = ['commit', 'application'];
  return levels.filter((_, index) => ['AL', 'SU'].includes(asked[index]));
}

async function send(client, message) {
  const asked = answersAsked(message);
  if (asked.length === 0) {
    await client.send(message);
    return [];
  }
  const returnAck = asked.includes('application')
    ? ReturnAckCategory.APPLICATION
    : ReturnAckCategory.FIRST;
  const answer = await client.sendAndWait(message, { returnAck, timeoutMs: TIMEOUT_MS });
  const acknowledgement = answer.getSegment('MSA');
  const acknowledged = acknowledgement.getField(2).toString();
  const sent = message.header.getField(10).toString();
  if (acknowledged !== sent) {
    throw new Error(`MSA-2 does not repeat MSH-10: ${acknowledged} for ${sent}`);
  }
  return [acknowledgement.getField(1).toString()];
}

const [host, port, ...files] = process.argv.slice(2);
const client = new Hl7Client({ host, port: Number(port), keepAlive: true });
for (const file of files) {
  const message = Hl7Message.parse(readFileSync(file, 'utf-8'));
  const codes = await send(client, message);
  console.log(JSON.stringify({ file, codes }));
}
await client.close();
// The library's timers would keep the process until each has run out.
process.exit(0);
