/** One thing that is wrong, and where: `leaf 4711`, `the checkpoint`, `data/document.pdf`. */
export interface Finding {
  readonly where: string;
  readonly why: string;
}

/** Input that is not what it claims to be, so that its check cannot continue. The program exits with 1. */
export class Broken extends Error {
  override readonly name = 'Broken';

  constructor(
    readonly where: string,
    readonly why: string,
  ) {
    super(`${where}: ${why}`);
  }
}

/** Nothing can be concluded: a server does not answer, a file is missing, an option is invalid. The program exits with 2. */
export class CannotCheck extends Error {
  override readonly name = 'CannotCheck';
}

/** The result of a check: sound if there are no findings. `summary` says what was checked, one line each. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly summary: readonly string[];
}

/** Findings that one thread hands to another. */
export interface FoundSoFar {
  readonly kept: readonly Finding[];
  readonly dropped: number;
}

/** One cause can produce millions of findings. */
const MAX_KEPT = 50;

/** Collects findings. Keeps the first 50 and counts the rest, so that memory stays bounded. */
export class Findings {
  private readonly kept: Finding[] = [];
  private dropped = 0;

  add(where: string, why: string): void {
    if (this.kept.length < MAX_KEPT) this.kept.push({ where, why });
    else this.dropped++;
  }

  addAll(found: readonly Finding[]): void {
    for (const { where, why } of found) this.add(where, why);
  }

  /** Adds the findings of another collection, and its count of dropped ones. */
  merge({ dropped, kept }: FoundSoFar): void {
    this.addAll(kept);
    this.dropped += dropped;
  }

  get none(): boolean {
    return this.kept.length === 0;
  }

  state(): FoundSoFar {
    return { kept: [...this.kept], dropped: this.dropped };
  }

  list(): Finding[] {
    if (this.dropped === 0) return [...this.kept];
    return [...this.kept, { where: 'and', why: `${this.dropped} more findings` }];
  }
}
