/** Ends the run and removes what it left. */
declare function globalTeardown(): Promise<void>;
export { globalTeardown as default };
