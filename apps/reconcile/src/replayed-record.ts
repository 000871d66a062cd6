/**
 * One record as the log describes it: the newest value of each fact. The revision in an entry decides which value is newest;
 * the order of leaves does not, because concurrent transactions can commit in a different order.
 */
export class ReplayedRecord {
  private readonly facts = new Map<string, { readonly revision: number; readonly value: unknown }>();
  private readonly revisions = new Set<number>();

  /** Applies one entry. Entries of earlier releases have no revision and count as older than all others. */
  apply(after: Readonly<Record<string, unknown>>): void {
    const revision = Number.isSafeInteger(after['revision']) ? Number(after['revision']) : 0;
    if (revision > 0) this.revisions.add(revision);
    for (const [name, value] of Object.entries(after)) {
      if (revision >= (this.facts.get(name)?.revision ?? 0)) this.facts.set(name, { revision, value });
    }
  }

  /** The newest value of a fact; undefined if no entry contains it, or only its hash. */
  get(name: string): unknown {
    const value = this.facts.get(name)?.value;
    const isOmitted = typeof value === 'object' && value !== null && 'omitted' in value;
    return isOmitted ? undefined : value;
  }

  /** The first revision without an entry, or null. */
  get gap(): number | null {
    let revision = 1;
    while (this.revisions.has(revision)) revision++;
    return revision > this.revisions.size ? null : revision;
  }
}
