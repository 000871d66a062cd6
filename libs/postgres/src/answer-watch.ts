import { type Client } from 'pg';

/** How exactly the time is kept. */
const LOOK_MS = 250;

/**
 * Ends a connection that owes an answer for `ms`, so that whoever waits for one fails: the server's own timeout is not heard when
 * the network swallows what it says. One look at each connection now and then, in place of the driver's timer for each
 * statement: V8 keeps everything that hangs on such a timer until it collects all of its memory.
 */
export function demandAnswers(client: Client, ms: number, lookMs = LOOK_MS): void {
  let answers = 0;
  let seen = 0;
  let since = performance.now();
  client.connection.on('readyForQuery', () => {
    answers += 1;
  });
  const timer = setInterval(() => {
    if (!owesAnswer(client) || answers !== seen) {
      seen = answers;
      since = performance.now();
    } else if (performance.now() - since >= ms) {
      client.connection.stream.destroy(new Error('Query read timeout'));
    }
  }, lookMs).unref();
  client.once('end', () => clearInterval(timer));
}

/** The driver says so, though its types do not. */
function owesAnswer(client: Client): boolean {
  return !(client as Client & { readonly readyForQuery: boolean }).readyForQuery;
}
