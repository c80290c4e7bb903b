// Answers AA with the server of @medplum/hl7 and keeps nothing: what a library alone can do.
//
// Usage: answer.mjs PORT
// Prints "ready" once it listens. Ends at the end of its standard input.
import { Hl7Server } from '@medplum/hl7';

const [port] = process.argv.slice(2);
const server = new Hl7Server((connection) => {
  connection.addEventListener('message', ({ message }) => connection.send(message.buildAck()));
  connection.addEventListener('error', ({ error }) => console.error(error.message));
});
await server.start(Number(port));
console.log('ready');
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
