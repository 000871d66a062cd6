/** Prepares a run that may start PostgreSQL. */
export default function globalSetup(): Promise<void>;
