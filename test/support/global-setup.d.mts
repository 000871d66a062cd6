/** Prepares a run that may start PostgreSQL. */
declare function globalSetup(): Promise<void>;
export { globalSetup as default };
