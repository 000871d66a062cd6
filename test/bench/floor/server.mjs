// The floor: a server written by hand on node:http and pg, with the same SQL and the same check of the token, and without
// limits, validation, log, metrics, roles or sessions. The product is compared with it.
import { createServer } from 'node:http';
import { query } from './database.mjs';
import { claim, verifyDocument } from './decisions.mjs';
import { login, refresh } from './logins.mjs';
import { list, readOne } from './reads.mjs';
import { receiptParts } from './receipts.mjs';
import { claimsOf } from './token.mjs';
import { bareUpload, content, upload } from './uploads.mjs';

const RECEIPT = /^\/v1\/documents\/([0-9a-f-]{36})\/decisions\/([0-9a-f-]{36})\/receipt$/;
const DOCUMENT = /^\/v1\/documents\/([0-9a-f-]{36})(?:\/([a-z]+))?$/;

/** Operations without a token. */
const PUBLIC = {
  'GET /health/live': () => ({ status: 'ok' }),
  'GET /health/ready': async () => {
    await query('ready', 'SELECT 1', []);
    return { status: 'ok' };
  },
  'POST /v1/auth/login': async (request) => login(await bodyOf(request), request),
  'POST /v1/auth/refresh': async (request) => refresh(await bodyOf(request), request),
  'POST /bare/durable': (request) => bareUpload(request, true),
  'POST /bare': (request) => bareUpload(request, false),
};

/** Operations on one document. */
const VERBS = {
  GET: (id) => readOne(id),
  'POST claim': async (id, claims, request) => {
    await bodyOf(request);
    return claim(id, claims, request);
  },
  'POST verify': async (id, claims, request) => {
    await bodyOf(request);
    return verifyDocument(id, claims, request);
  },
};

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://floor');
  const open = PUBLIC[`${request.method} ${pathname}`];
  if (open) return send(response, 200, await open(request));
  const claims = claimsOf(request.headers.authorization);
  if (claims === null) return send(response, 401, { code: 'UNAUTHORIZED' });
  if (pathname === '/v1/documents') {
    return request.method === 'POST'
      ? send(response, 201, await upload(request, claims))
      : send(response, 200, await list(searchParams));
  }
  const [, decided, decision] = RECEIPT.exec(pathname) ?? [];
  if (decision) return send(response, 200, await receiptParts(decided, decision));
  const [, id, verb] = DOCUMENT.exec(pathname) ?? [];
  if (verb === 'content') return sendPart(response, await content(id, claims, request));
  const act = VERBS[verb === undefined ? request.method : `${request.method} ${verb}`];
  return send(response, 200, id && act ? await act(id, claims, request) : null);
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

function send(response, status, value) {
  const text = JSON.stringify(value ?? { code: 'NOT_FOUND' });
  response.writeHead(value === null ? 404 : status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function sendPart(response, part) {
  if (part === null) return send(response, 404, null);
  const { start, end, size, stream } = part;
  response.writeHead(206, {
    'content-type': 'application/pdf',
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${size}`,
  });
  return stream.pipe(response);
}

const server = createServer({ requestTimeout: 0 }, (request, response) => {
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
