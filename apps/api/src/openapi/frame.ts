import { DocumentBuilder, type OpenAPIObject } from '@nestjs/swagger';
import { type Configuration } from '#libs/config';
import { TAGS } from './tags.js';

/** The version of the product that this contract belongs to; a contract test compares it with package.json. */
export const API_VERSION = '0.1.0';

const INTRODUCTION = `
Veritrail verifies documents and can tell who did it. A **user** uploads, a **verifier** looks at exactly those bytes and
decides, a **user_manager** keeps the accounts, an **auditor** reads what happened.

### Try it here
1. \`POST /v1/auth/login\` with your e-mail address and password. \`npm start\` prints accounts to try. This page uses the
   access token of the answer at once, for ten minutes, also after a reload; **Authorize** takes any other.
2. As a user, \`POST /v1/documents\`: choose a PDF, PNG or JPEG. Keep the \`id\` of the answer.
3. Sign in as a verifier: \`POST /v1/documents/{id}/claim\`, look at the content, \`POST /v1/documents/{id}/verify\`.
4. \`GET /v1/documents/{id}/history\` tells what happened. Sign in as an auditor: \`GET /v1/audit/entries\` tells who did
   it, when, from where and to which bytes.

### What holds everywhere
- Bodies are JSON in UTF-8; members that are not documented are refused. Times are RFC 3339 in UTC, identifiers are UUIDs.
- A failure is \`application/problem+json\` (RFC 9457). Programs look at \`code\`; \`type\` is a link to its documentation.
- A list answers \`items\`, newest first, and \`nextCursor\`, which is null on the last page.
- What can be changed has a \`revision\` and an \`ETag\`. Send the ETag in \`If-Match\` so as not to overwrite somebody else's change.
- A POST that creates or decides takes an \`Idempotency-Key\`: a repetition gets the stored answer instead of a second effect.
- \`RateLimit\` says what is left of your quota; after a 429, wait for \`Retry-After\` seconds.
`.trim();

const ACCESS_TOKEN = `
The \`accessToken\` of \`POST /v1/auth/login\`: a JWT that says who you are. What you may do is looked up at every request.
`.trim();

/** What the document says besides its operations. */
export function frame({ publicUrl }: Pick<Configuration['http'], 'publicUrl'>): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Veritrail')
    .setDescription(INTRODUCTION)
    .setVersion(API_VERSION)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: ACCESS_TOKEN },
      'accessToken',
    )
    // Relative first: the page works under whatever name the browser knows the server by.
    .addServer(pathPrefix(publicUrl) || '/', 'The server that sent this document');
  if (publicUrl) builder.addServer(publicUrl, 'The public address');
  for (const { name, description } of TAGS) builder.addTag(name, description);
  const document = builder.build();
  return {
    ...document,
    info: {
      ...document.info,
      contact: { name: 'Whoever operates this server' },
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  };
}

/** The path below which a proxy serves us, without a trailing slash; empty at the root. */
export function pathPrefix(publicUrl: string | null): string {
  return publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}
