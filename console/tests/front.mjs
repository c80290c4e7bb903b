// Puts the built files, from the folder, before a running server: to look at a change of the console without building
// the server anew. What the server says of files it says here too.

import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { extname, join } from 'node:path';

const BUILT = join(import.meta.dirname, '../../crates/server/console');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const PROGRAMS = /^\/(v1|metrics|healthz|readyz)(\/|\?|$)/;

/** The address at which the folder's files and the server's routes are. `own` answers paths in the server's place. */
export async function front(url, own = {}) {
  const { headers } = await fetch(url);
  const policy = headers.get('content-security-policy');
  const server = createServer((asked, answer) => {
    const mine = own[asked.url.split('?')[0]];
    if (mine) {
      mine(asked, answer);
      return;
    }
    if (PROGRAMS.test(asked.url)) {
      const forward = request(url + asked.url, { method: asked.method, headers: asked.headers }, (got) => {
        answer.writeHead(got.statusCode, got.headers);
        answer.flushHeaders();
        got.pipe(answer);
      });
      answer.on('close', () => forward.destroy());
      forward.on('error', () => answer.destroy());
      asked.pipe(forward);
      return;
    }
    const path = asked.url.split('?')[0];
    const file = extname(path) ? path : '/index.html';
    try {
      const bytes = readFileSync(join(BUILT, file));
      answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy, 'cache-control': 'no-store' }).end(bytes);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}`;
}
