import { join, resolve } from 'node:path';
import { z } from 'zod';
import { configurationSection, refusedBy } from '#libs/config';
import {
  logKeyProblem,
  logKeysProblem,
  privateKeysIn,
  verifierKeysIn,
  verifierKeysProblem,
} from './log-key-rules.js';

/** The settings of sealing. */
export abstract class SealingConfiguration {
  /** The origin in checkpoints; null to keep the published one, or to derive one for a new log. */
  abstract readonly origin: string | null;
  /** PKCS #8 PEM of an Ed25519 key; null in processes that do not seal. */
  abstract readonly signingKeyPem: string | null;
  /** PEMs of additional signing keys, for key rotation: the next and the previous key. */
  abstract readonly additionalSigningKeysPem: readonly string[];
  /** The verifier keys that this process believes; empty to believe the stored ones. */
  abstract readonly verifierKeys: readonly string[];
  /** The directory of the anchor, outside the database and its backups. */
  abstract readonly anchorDir: string;
  /** The public URL; the origin of a new log is derived from it. */
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
    LOG_VERIFIER_KEYS: z
      .string()
      .default('')
      .superRefine(refusedBy(verifierKeysProblem))
      .transform(verifierKeysIn),
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
    verifierKeys: v.LOG_VERIFIER_KEYS,
    anchorDir: resolve(v.LOG_ANCHOR_DIR ?? join(dataDir, 'log')),
    publicUrl: http.publicUrl,
  }),
  ['LOG_SIGNING_KEY', 'LOG_ADDITIONAL_SIGNING_KEYS', 'LOG_VERIFIER_KEYS'],
);
