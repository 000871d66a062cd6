import { ask } from '../ask.js';
import { bearer } from '../scenario.js';

const PAGE = 20;

/** Pages through the list and returns this server's cursor of the page. Throws if the list ends before. */
export async function cursorOfPage(url: string, token: string, page: number): Promise<string> {
  let cursor = '';
  for (let at = 1; at < page; at++) {
    const query = cursor === '' ? '' : `&cursor=${cursor}`;
    const response = await ask(`${url}/v1/documents?limit=${PAGE}${query}`, { headers: bearer(token) });
    const { nextCursor } = (await response.json()) as { nextCursor: string | null };
    if (!nextCursor) throw new Error(`The list of ${url} ends before page ${page}`);
    cursor = nextCursor;
  }
  return cursor;
}
