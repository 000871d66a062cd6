import { z } from 'zod';
import { configurationSection, DAY_SECONDS, text, wholeNumber, yesOrNo } from '#libs/config';

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** What an operator sets about signing in. */
export abstract class AuthConfiguration {
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
    /** The same for users with a role beyond `user`. */
    readonly privilegedIdleSeconds: number;
    readonly privilegedAbsoluteSeconds: number;
  };

  abstract readonly accounts: {
    readonly selfRegistration: boolean;
    readonly invitationTtlSeconds: number;
    /** Hashes running at once; each takes about 20 MiB and one core. */
    readonly concurrentHashes: number;
  };

  abstract readonly limits: {
    /** Failed logins per account and address before waiting begins, counted in the database. */
    readonly freeLoginFailures: number;
    /** Logins per address and minute, counted in the database. */
    readonly loginsPerMinute: number;
  };
}

export const AUTH_SECTION = configurationSection(
  AuthConfiguration,
  {
    JWT_ADDITIONAL_PUBLIC_KEYS: z
      .string()
      .default('')
      .refine(
        (pems) => pems.replaceAll(PUBLIC_KEY, '').trim() === '',
        'must contain only public keys in PEM, one after the other',
      )
      .transform((pems) => pems.match(PUBLIC_KEY) ?? []),
    JWT_ISSUER: text('veritrail'),
    JWT_AUDIENCE: text('veritrail-api'),
    ACCESS_TOKEN_TTL_SECONDS: wholeNumber(1, 3600, 600),
    REFRESH_IDLE_SECONDS: wholeNumber(1, 90 * DAY_SECONDS, 7 * DAY_SECONDS),
    REFRESH_ABSOLUTE_SECONDS: wholeNumber(1, 365 * DAY_SECONDS, 30 * DAY_SECONDS),
    PRIVILEGED_REFRESH_IDLE_SECONDS: wholeNumber(1, 90 * DAY_SECONDS, 1800),
    PRIVILEGED_REFRESH_ABSOLUTE_SECONDS: wholeNumber(1, 365 * DAY_SECONDS, DAY_SECONDS / 2),
    SELF_REGISTRATION: yesOrNo(false),
    INVITATION_TTL_SECONDS: wholeNumber(60, 30 * DAY_SECONDS, 3 * DAY_SECONDS),
    CONCURRENT_PASSWORD_HASHES: wholeNumber(1, 64, 2),
    LOGIN_FREE_FAILURES: wholeNumber(1, 1000, 5),
    LOGIN_RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000, 60),
  },
  (v, { privateKeyPem }) => ({
    tokens: {
      issuer: v.JWT_ISSUER,
      audience: v.JWT_AUDIENCE,
      privateKeyPem,
      additionalPublicKeysPem: v.JWT_ADDITIONAL_PUBLIC_KEYS,
      accessTtlSeconds: v.ACCESS_TOKEN_TTL_SECONDS,
      refreshIdleSeconds: v.REFRESH_IDLE_SECONDS,
      refreshAbsoluteSeconds: v.REFRESH_ABSOLUTE_SECONDS,
      privilegedIdleSeconds: v.PRIVILEGED_REFRESH_IDLE_SECONDS,
      privilegedAbsoluteSeconds: v.PRIVILEGED_REFRESH_ABSOLUTE_SECONDS,
    },
    accounts: {
      selfRegistration: v.SELF_REGISTRATION,
      invitationTtlSeconds: v.INVITATION_TTL_SECONDS,
      concurrentHashes: v.CONCURRENT_PASSWORD_HASHES,
    },
    limits: {
      freeLoginFailures: v.LOGIN_FREE_FAILURES,
      loginsPerMinute: v.LOGIN_RATE_LIMIT_PER_MINUTE,
    },
  }),
  ['JWT_ADDITIONAL_PUBLIC_KEYS'],
);
