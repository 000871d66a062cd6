import { join, resolve } from 'node:path';
import { z } from 'zod';
import { configurationSection, refusedBy } from '#libs/config';
import { logKeyProblem, logKeysProblem, privateKeysIn } from './log-key-rules.js';

/** What an operator sets about sealing the log. */
export abstract class SealingConfiguration {
  /** The log's name in its checkpoints; null to keep the one that it has, or to make one for a new log. */
  abstract readonly origin: string | null;
  /** PKCS #8 PEM of an Ed25519 key; null where nothing is sealed. */
  abstract readonly signingKeyPem: string | null;
  /** PEMs of keys that sign too: the next one and the previous one. */
  abstract readonly additionalSigningKeysPem: readonly string[];
  /** Where the last published state of the log is kept, outside of the database and of its backups. */
  abstract readonly anchorDir: string;
  /** Where clients reach the service: a new log is named after it. */
  abstract readonly publicUrl: string | null;
}

export const SEALING_SECTION = configurationSection(
  SealingConfiguration,
  {
    LOG_SIGNING_KEY: z.string().superRefine(refusedBy(logKeyProblem)).optional(),
    LOG_ADDITIONAL_SIGNING_KEYS: z
      .string()
      .default('')
      .superRefine(refusedBy(logKeysProblem))
      .transform(privateKeysIn),
    LOG_ORIGIN: z
      .string()
      .regex(
        /^[^\s+\p{Cc}]{1,200}$/u,
        'must have 1 to 200 characters and no spaces, control characters or plus signs',
      )
      .optional(),
    LOG_ANCHOR_DIR: z.string().min(1).optional(),
  },
  (v, { dataDir, http }) => ({
    origin: v.LOG_ORIGIN ?? null,
    signingKeyPem: v.LOG_SIGNING_KEY ?? null,
    additionalSigningKeysPem: v.LOG_ADDITIONAL_SIGNING_KEYS,
    anchorDir: resolve(v.LOG_ANCHOR_DIR ?? join(dataDir, 'log')),
    publicUrl: http.publicUrl,
  }),
  ['LOG_SIGNING_KEY', 'LOG_ADDITIONAL_SIGNING_KEYS'],
);
