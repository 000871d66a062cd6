/** Newline-delimited JSON: a batch becomes one chunk, so that as little as one batch is in memory at a time. */
export async function* toNdjson<T>(
  batches: AsyncIterable<readonly T[]>,
  view: (item: T) => object,
): AsyncGenerator<Buffer> {
  for await (const batch of batches) {
    yield Buffer.from(batch.map((item) => `${JSON.stringify(view(item))}\n`).join(''));
  }
}
