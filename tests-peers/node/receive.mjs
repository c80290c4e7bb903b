// Receives messages with the server of @medplum/hl7, answers AA and keeps what came.
//
// Usage: receive.mjs PORT FOLDER
// Prints "ready" once it listens, then the name of each file it has written, in order of arrival. Ends at the end of
// its standard input.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hl7Server } from '@medplum/hl7';

const [port, folder] = process.argv.slice(2);
let count = 0;
const server = new Hl7Server((connection) => {
  connection.addEventListener('message', ({ message }) => {
    count += 1;
    const name = `${String(count).padStart(4, '0')}.hl7`;
    writeFileSync(join(folder, name), message.toString());
    console.log(name);
    connection.send(message.buildAck());
  });
  connection.addEventListener('error', ({ error }) => console.error(error.message));
});
await server.start(Number(port));
console.log('ready');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
