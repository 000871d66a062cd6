export type Mode = 'production' | 'development' | 'test';

/**
 * Everything that can be configured, validated once at the start and frozen. Injected by this class; made by
 * `loadConfiguration` from the environment and by nothing else. Durations say their unit in their name.
 */
export abstract class Configuration {
  abstract readonly mode: Mode;
  abstract readonly dataDir: string;

  abstract readonly http: {
    readonly host: string;
    readonly port: number;
    /** Where clients reach the service, without a trailing slash; null when only the address asked for is known. */
    readonly publicUrl: string | null;
    /** Proxies whose X-Forwarded-For is believed: addresses or CIDR ranges, never "everyone". */
    readonly trustedProxies: readonly string[];
    readonly corsOrigins: readonly string[];
    readonly swaggerUi: boolean;
    readonly requestTimeoutMs: number;
    /** Between "ready answers 503" and the end of accepting connections, so that a balancer can notice. */
    readonly drainDelayMs: number;
    /** Requests in flight have this long to finish. */
    readonly shutdownTimeoutMs: number;
    readonly maxJsonBytes: number;
  };

  abstract readonly database: {
    readonly url: string;
    /** The login that owns the schema and runs migrations. */
    readonly migrationUrl: string;
    /** Assumed on every application connection, so that not even an owner's login can rewrite the audit log; empty to skip. */
    readonly role: string;
    readonly poolSize: number;
    readonly connectTimeoutMs: number;
    readonly statementTimeoutMs: number;
    readonly lockTimeoutMs: number;
    /** Keep the plans of statements on their connections; off for poolers that do not know their names. */
    readonly preparedStatements: boolean;
  };

  abstract readonly tokens: {
    readonly issuer: string;
    readonly audience: string;
    /** PKCS #8 PEM of a P-256 key (ES256). */
    readonly privateKeyPem: string;
    /** PEMs of public keys that are published and accepted, but never used to sign: the previous and the next one. */
    readonly additionalPublicKeysPem: readonly string[];
    readonly accessTtlSeconds: number;
    readonly refreshIdleSeconds: number;
    readonly refreshAbsoluteSeconds: number;
    /** The same for whoever holds a role beyond `user`. */
    readonly privilegedIdleSeconds: number;
    readonly privilegedAbsoluteSeconds: number;
  };

  /** The audit log as a log that can be proved. */
  abstract readonly sealing: {
    /** The log's name in its checkpoints; null to keep the one that it has, or to make one for a new log. */
    readonly origin: string | null;
    /** PKCS #8 PEM of an Ed25519 key; null where nothing is sealed. */
    readonly signingKeyPem: string | null;
    /** PEMs of keys that sign too: the next one and the previous one. */
    readonly additionalSigningKeysPem: readonly string[];
    /** Where the last published state of the log is kept, outside of the database and of its backups. */
    readonly anchorDir: string;
  };

  abstract readonly accounts: {
    readonly selfRegistration: boolean;
    readonly invitationTtlSeconds: number;
    /** Hashes running at once; each takes about 20 MiB and one core. */
    readonly concurrentHashes: number;
  };

  abstract readonly limits: {
    /** Requests per client address and minute, counted in each process; 0 switches it off. */
    readonly requestsPerMinute: number;
    /** Failed logins per account and address before waiting begins, counted in the database. */
    readonly freeLoginFailures: number;
    /** Logins per address and minute, counted in the database. */
    readonly loginsPerMinute: number;
    /** New requests answer 503 while the event loop is later than this on average; 0 switches it off. */
    readonly maxEventLoopDelayMs: number;
  };

  abstract readonly documents: {
    readonly maxUploadBytes: number;
    readonly uploadIdleTimeoutMs: number;
    /** Uploads are refused with 507 when less than this is free. */
    readonly minFreeBytes: number;
    readonly claimLeaseSeconds: number;
  };

  abstract readonly worker: {
    /** Run the background jobs inside the API process, for a small install. */
    readonly inProcess: boolean;
    /** Where the worker's own process answers probes and shows its metrics; null when it has no port. */
    readonly http: { readonly host: string; readonly port: number } | null;
  };

  abstract readonly metrics: {
    /** Whether /metrics exists. In production only where somebody asked for it or there is a token. */
    readonly served: boolean;
    /** What whoever reads the metrics must show; null when anybody who reaches the port may. */
    readonly token: string | null;
  };

  abstract readonly log: {
    readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
    readonly format: 'json' | 'pretty';
  };
}
