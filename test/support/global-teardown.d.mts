/** Ends the run and removes what it left. */
export default function globalTeardown(): Promise<void>;
