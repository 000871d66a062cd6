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

  abstract readonly tokens: {
    readonly issuer: string;
    readonly audience: string;
    /** PKCS #8 PEM of a P-256 key (ES256). */
    readonly privateKeyPem: string;
    /** PEMs of public keys that are published and accepted but do not sign: the previous and the next key. */
    readonly additionalPublicKeysPem: readonly string[];
    readonly accessTtlSeconds: number;
    readonly refreshIdleSeconds: number;
    readonly refreshAbsoluteSeconds: number;
    /** The same for users with a role beyond `user`. */
    readonly privilegedIdleSeconds: number;
    readonly privilegedAbsoluteSeconds: number;
  };

  /** The transparency log over the audit log. */
  abstract readonly sealing: {
    /** The name of the log in checkpoints; null to keep the existing name or to generate one. */
    readonly origin: string | null;
    /** PKCS #8 PEM of an Ed25519 key; null if this process does not seal. */
    readonly signingKeyPem: string | null;
    /** PEMs of additional signing keys: the next and the previous key. */
    readonly additionalSigningKeysPem: readonly string[];
    /** The folder of the last published checkpoint, outside the database and its backups. */
    readonly anchorDir: string;
  };

  abstract readonly accounts: {
    readonly selfRegistration: boolean;
    readonly invitationTtlSeconds: number;
    /** Maximum concurrent hashes; each takes about 20 MiB and one core. */
    readonly concurrentHashes: number;
  };

  abstract readonly limits: {
    /** Requests per client network and minute, counted per process; 0 disables the limit. */
    readonly requestsPerMinute: number;
    /** Failed logins per account and network before waits begin, counted in the database. */
    readonly freeLoginFailures: number;
    /** Logins per network and minute, counted in the database. */
    readonly loginsPerMinute: number;
    /** New requests get 503 while the mean event loop delay is above this; 0 disables load shedding. */
    readonly maxEventLoopDelayMs: number;
  };

  abstract readonly documents: {
    readonly maxUploadBytes: number;
    readonly uploadIdleTimeoutMs: number;
    /** Uploads get 507 if less than this is free. */
    readonly minFreeBytes: number;
    readonly claimLeaseSeconds: number;
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
}
