/** Ends the run and removes its files and databases. */
declare function globalTeardown(): Promise<void>;
export { globalTeardown as default };
