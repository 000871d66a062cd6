/** One thing that is wrong, and where: `leaf 4711`, `the checkpoint`, `data/document.pdf`. */
export interface Finding {
  readonly where: string;
  readonly why: string;
}

/** A check that found something wrong before it could go on: what was handed over is not what it says it is. */
export class Broken extends Error {
  override readonly name = 'Broken';

  constructor(
    readonly where: string,
    readonly why: string,
  ) {
    super(`${where}: ${why}`);
  }
}

/** Nothing can be said: the server did not answer, a file is missing, an option makes no sense. */
export class CannotCheck extends Error {
  override readonly name = 'CannotCheck';
}

/** What a check came to: sound when nothing was found. `summary` says what was checked, one line each. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly summary: readonly string[];
}

/** Findings beyond this many are counted and not told: one cause has often millions of them. */
const MOST_TOLD = 50;

/** Gathers findings; remembers the first ones and counts the rest, so that a log of rubbish fills no memory. */
export class Findings {
  private readonly told: Finding[] = [];
  private untold = 0;

  add(where: string, why: string): void {
    if (this.told.length < MOST_TOLD) this.told.push({ where, why });
    else this.untold++;
  }

  addAll(found: readonly Finding[]): void {
    for (const { where, why } of found) this.add(where, why);
  }

  get none(): boolean {
    return this.told.length === 0;
  }

  list(): Finding[] {
    if (this.untold === 0) return [...this.told];
    return [...this.told, { where: 'and', why: `${this.untold} more findings` }];
  }
}
