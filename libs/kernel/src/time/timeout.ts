/**
 * What `work` gives, or what `onTimeout` gives or throws when `work` takes longer than `ms`. The work itself goes on, and
 * what becomes of it is ignored from then on.
 */
export async function withTimeout<T, L>(work: Promise<T>, ms: number, onTimeout: () => L): Promise<T | L> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    return await Promise.race([work, timeout.then(onTimeout)]);
  } finally {
    clearTimeout(timer);
  }
}
