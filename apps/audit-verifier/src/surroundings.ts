import { type Output } from './answer.js';

/** What the program finds around itself, and the exit code that it leaves behind. */
export interface Surroundings {
  readonly output: Output;
  /** The program of a checking thread; without one everything is checked in this one. */
  readonly checkingProgram: URL | null;
  exitCode: number;
}
