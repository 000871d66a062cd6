export type Mode = 'production' | 'development' | 'test';

/**
 * The whole configuration, validated once at start and frozen. Only `loadConfiguration` creates it, from the
 * environment. The names of durations state their unit.
 */
export abstract class Configuration {
  abstract readonly mode: Mode;
  abstract readonly dataDir: string;

  abstract readonly http: {
    readonly host: string;
    readonly port: number;
    /** The public URL without a trailing slash; null if not configured. */
    readonly publicUrl: string | null;
    /** Proxies whose X-Forwarded-For is trusted: addresses or CIDR ranges, never a range of all addresses. */
    readonly trustedProxies: readonly string[];
    readonly corsOrigins: readonly string[];
    readonly swaggerUi: boolean;
    readonly requestTimeoutMs: number;
    /** Time between the first 503 of the readiness probe and the end of accepting connections, for load balancers. */
    readonly drainDelayMs: number;
    /** Time for running requests to finish. */
    readonly shutdownTimeoutMs: number;
    readonly maxJsonBytes: number;
  };

  abstract readonly database: {
    readonly url: string;
    /** The worker's login, which may assume the roles of the sequencer and the eraser; the application's unless configured. */
    readonly workerUrl: string;
    /** The login that owns the schema and runs migrations. */
    readonly migrationUrl: string;
    /**
     * The role of each application connection, so that even the owner's login cannot rewrite the audit log; empty for
     * none.
     */
    readonly role: string;
    readonly poolSize: number;
    readonly connectTimeoutMs: number;
    readonly statementTimeoutMs: number;
    readonly lockTimeoutMs: number;
    /** Use prepared statements. Switch off behind poolers that do not support them. */
    readonly preparedStatements: boolean;
  };

  /** PKCS #8 PEM of a P-256 key: signs access tokens (ES256). Further secrets are derived from it. */
  abstract readonly privateKeyPem: string;

  abstract readonly limits: {
    /** Requests per client network and minute, counted per process; 0 disables the limit. */
    readonly requestsPerMinute: number;
    /** New requests get 503 while the mean event loop delay is above this; 0 disables load shedding. */
    readonly maxEventLoopDelayMs: number;
  };

  abstract readonly worker: {
    /** Run the background jobs in the API process, for small installations. */
    readonly inProcess: boolean;
    /** Address of the worker's probes and metrics; null without a port. */
    readonly http: { readonly host: string; readonly port: number } | null;
  };

  abstract readonly metrics: {
    /** Whether /metrics exists. In production only if requested or protected by a token. */
    readonly served: boolean;
    /** The token for /metrics; null if any client that reaches the port may read it. */
    readonly token: string | null;
  };

  abstract readonly log: {
    readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
    readonly format: 'json' | 'pretty';
  };

  /** What modules declare, by the class that it is injected by. */
  abstract readonly sections: ReadonlyMap<abstract new () => object, object>;
}
