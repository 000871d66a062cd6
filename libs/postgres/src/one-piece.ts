import { type Client } from 'pg';

const holding = new WeakSet<object>();

/**
 * What is sent over the connection leaves in one piece once the code that is running now has come to an end or waits for
 * something from outside. Each piece is a system call here and may wake PostgreSQL up there: sent one by one, a statement
 * is begun before the next has arrived, and both processes are put to sleep and woken up in between.
 */
export function sendInOnePiece({ connection: { stream } }: Pick<Client, 'connection'>): void {
  if (holding.has(stream)) return;
  holding.add(stream);
  stream.cork();
  process.nextTick(() => {
    holding.delete(stream);
    stream.uncork();
  });
}
