import { DocumentBuilder, type OpenAPIObject } from '@nestjs/swagger';
import { type Configuration } from '#libs/config';
import { PRODUCT } from '#libs/modules';

/** The version of the product that this contract belongs to; a contract test compares it with package.json. */
export const API_VERSION = '0.1.0';

const INTRODUCTION = `
Veritrail verifies documents and records who did what. A **user** uploads documents. A **verifier** reviews the exact bytes
and decides. An **admin** also reviews, and can revoke and reopen decisions. A **user_manager** manages accounts. An
**auditor** reads the audit log.

### Try it here
1. Sign in: call \`POST /v1/auth/login\` with your e-mail address and password. \`npm start\` prints the demo accounts. This
   page then sends the access token from the response with every request, also after a reload, until the token expires
   after ten minutes. To use a different token, choose **Authorize**.
2. As a user, call \`POST /v1/documents\` with a PDF, PNG or JPEG. Copy the \`id\` from the response.
3. Sign in as a verifier. Call \`POST /v1/documents/{id}/claim\`, download \`GET /v1/documents/{id}/content\`, then call
   \`POST /v1/documents/{id}/verify\`.
4. Call \`GET /v1/documents/{id}/history\` to see what happened. Sign in as an auditor and call \`GET /v1/audit/entries\` to
   see who did it, when, from which address and to which bytes.

### Conventions
- Bodies are JSON in UTF-8. The server rejects members that are not documented. Times are RFC 3339 in UTC; identifiers are UUIDs.
- Errors are \`application/problem+json\` (RFC 9457). Programs compare \`code\`; \`type\` links to the documentation of the error.
- A list response has \`items\`, newest first, and \`nextCursor\`, which is null on the last page.
- A resource that can change has a \`revision\` and an \`etag\`, also in lists. Send the \`etag\` in \`If-Match\` to avoid overwriting the change of another client.
- A reviewer can decide only about content that the server has delivered to them. A decision needs a claim or \`If-Match\`.
- A POST that creates or decides accepts an \`Idempotency-Key\`. A repeated request gets the stored response and has no second effect.
- \`RateLimit\` states the rest of your quota. After a 429, wait for \`Retry-After\` seconds.
`.trim();

const ACCESS_TOKEN = `
The \`accessToken\` from \`POST /v1/auth/login\`: a JWT that identifies the user. The server looks up the current permissions of the user for every request.
`.trim();

/** The OpenAPI document without its paths. */
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
    // The relative address is first: "Try it out" then works under any host name of the server.
    .addServer(pathPrefix(publicUrl) || '/', 'The server that serves this document');
  if (publicUrl) builder.addServer(publicUrl, 'The public address');
  for (const { name, description } of PRODUCT.tags) builder.addTag(name, description);
  const document = builder.build();
  return {
    ...document,
    info: {
      ...document.info,
      contact: { name: 'The operator of this server' },
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  };
}

/** The path prefix under which a proxy serves the API, without a trailing slash; empty for the root. */
export function pathPrefix(publicUrl: string | null): string {
  return publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}
