/** Newline-delimited JSON: a batch becomes one chunk, so that as little as one batch is in memory at a time. */
export async function* toNdjson(batches: AsyncIterable<readonly object[]>): AsyncGenerator<Buffer> {
  for await (const batch of batches) {
    yield Buffer.from(batch.map((item) => `${JSON.stringify(item)}\n`).join(''));
  }
}
