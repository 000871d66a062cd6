/** Closes what the hooks of this test file have opened, newest first. */
const closers: Array<() => Promise<unknown>> = [];

/**
 * Opens something before the tests of this file or `describe`, and closes it after them, newest first. Hooks and tests use
 * the result in its place:
 *
 *     const api = duringTests(() => startApi());
 *     const sealer = duringTests(() => HandSealer.open(api.database.ownerUrl));
 */
export function duringTests<T extends object & { close(): Promise<unknown> }>(open: () => Promise<T>): T;
export function duringTests<T extends object>(
  open: () => Promise<T>,
  close: (value: T) => Promise<unknown>,
): T;
export function duringTests<T extends object & { close?(): Promise<unknown> }>(
  open: () => Promise<T>,
  close = async (value: T): Promise<unknown> => value.close?.(),
): T {
  let value: T | undefined;
  beforeAll(async () => {
    const present = (value = await open());
    closers.push(() => close(present));
  });
  // Hooks run in the order of their declaration: each closes what was opened last, which may need what was opened before.
  afterAll(async () => closers.pop()?.());
  const current = (): T => {
    if (value === undefined) throw new Error('This is opened in beforeAll: use it in hooks and tests only');
    return value;
  };
  return new Proxy({} as T, {
    get: (_target, name) => Reflect.get(current(), name, current()) as unknown,
    set: (_target, name, to) => Reflect.set(current(), name, to, current()),
  });
}

/** Runs after the tests of this file or `describe`, before what was opened earlier is closed. */
export function afterwards(work: () => void | Promise<unknown>): void {
  beforeAll(() => void closers.push(async () => work()));
  afterAll(async () => closers.pop()?.());
}
