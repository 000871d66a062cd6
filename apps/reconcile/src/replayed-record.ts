/**
 * What the log says that one thing is: of each fact the newest value, by the revision that an entry made. Entries of the
 * same transaction order may come in another order than they were made in, so the order of leaves does not decide.
 */
export class ReplayedRecord {
  private readonly facts = new Map<string, { readonly revision: number; readonly value: unknown }>();
  private readonly revisions = new Set<number>();

  /** One entry. Without a revision, as entries of earlier releases are, it counts as older than those that have one. */
  apply(after: Readonly<Record<string, unknown>>): void {
    const revision = Number.isSafeInteger(after['revision']) ? Number(after['revision']) : 0;
    if (revision > 0) this.revisions.add(revision);
    for (const [name, value] of Object.entries(after)) {
      if (revision >= (this.facts.get(name)?.revision ?? 0)) this.facts.set(name, { revision, value });
    }
  }

  /** The newest value of a fact; undefined when no entry told of it, or one told its hash only. */
  get(name: string): unknown {
    const value = this.facts.get(name)?.value;
    const isOmitted = typeof value === 'object' && value !== null && 'omitted' in value;
    return isOmitted ? undefined : value;
  }

  /** The first revision that no entry tells of, or null. */
  get gap(): number | null {
    let revision = 1;
    while (this.revisions.has(revision)) revision++;
    return revision > this.revisions.size ? null : revision;
  }
}
