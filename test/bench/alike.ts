import { isDeepStrictEqual } from 'node:util';
import { ask } from './ask.js';
import { WrongAnswersError } from './drive.js';
import { type Alike, bearer, type Prepared, type ServerUrls } from './scenario.js';

/** Throws `WrongAnswersError` unless both servers give the same responses to all requests in `alike`. */
export async function expectAlike(urls: ServerUrls, { alike = [] }: Prepared): Promise<void> {
  for (const pair of alike) {
    const [floor, api] = [await answerTo(urls.floor, pair.floor), await answerTo(urls.api, pair.api)];
    if (isDeepStrictEqual(floor, api)) continue;
    const texts = [floor, api].map((answer) => JSON.stringify(answer).slice(0, 400));
    throw new WrongAnswersError(`About ${pair.api.path} the floor says ${texts[0]}, the API ${texts[1]}`);
  }
}

async function answerTo(url: string, { path, token }: Alike): Promise<object> {
  const response = await ask(url + path, { headers: token === undefined ? {} : bearer(token) });
  const body = (await response.json()) as Record<string, unknown>;
  // Each server has its own cursors; only the existence of a next page must agree.
  if ('nextCursor' in body) body['nextCursor'] = body['nextCursor'] !== null;
  return { status: response.status, body };
}
