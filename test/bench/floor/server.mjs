// The floor: what a careful person writes by hand on node:http and pg, with the same SQL and the same check of the token,
// and with nothing else: no limits, no validation, no log, no metrics, no roles, no look at sessions. What the product is
// compared with.
import { createServer } from 'node:http';
import { query } from './database.mjs';
import { claim, verifyDocument } from './decisions.mjs';
import { list, readOne } from './reads.mjs';
import { claimsOf } from './token.mjs';

const DOCUMENT = /^\/v1\/documents\/([0-9a-f-]{36})(\/[a-z]+)?$/;

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://floor');
  if (pathname === '/health/live') return send(response, 200, { status: 'ok' });
  if (pathname === '/health/ready') {
    await query('ready', 'SELECT 1', []);
    return send(response, 200, { status: 'ok' });
  }
  const claims = claimsOf(request.headers.authorization);
  if (claims === null) return send(response, 401, { code: 'UNAUTHORIZED' });
  if (request.method === 'GET' && pathname === '/v1/documents') {
    return send(response, 200, await list(searchParams));
  }
  const [, id, verb] = DOCUMENT.exec(pathname) ?? [];
  if (id === undefined) return send(response, 404, { code: 'NOT_FOUND' });
  if (request.method === 'GET' && verb === undefined) return sendFound(response, await readOne(id));
  await bodyOf(request);
  if (verb === '/claim') return sendFound(response, await claim(id, claims, request));
  if (verb === '/verify') return sendFound(response, await verifyDocument(id, claims, request));
  return send(response, 404, { code: 'NOT_FOUND' });
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

function sendFound(response, value) {
  return value === null ? send(response, 404, { code: 'NOT_FOUND' }) : send(response, 200, value);
}

function send(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    send(response, 500, { code: 'INTERNAL' });
  });
});
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${server.address().port}` });
});
process.on('SIGTERM', () => process.exit(0));
