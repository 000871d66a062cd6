/** What a unit of work relied on without a lock was changed before it wrote; nothing of the unit was kept. */
export class OutdatedReadError extends Error {}
