import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type Configuration } from './configuration.js';
import { logKeyProblem, logKeysProblem, privateKeysIn } from './secret-rules.js';

/** The variables of the log that can be proved. */
export const SEALING_VARIABLES = {
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
};

interface SealingValues {
  readonly DATA_DIR: string;
  readonly LOG_SIGNING_KEY?: string | undefined;
  readonly LOG_ADDITIONAL_SIGNING_KEYS: readonly string[];
  readonly LOG_ORIGIN?: string | undefined;
  readonly LOG_ANCHOR_DIR?: string | undefined;
}

export function toSealing(values: SealingValues): Configuration['sealing'] {
  return {
    origin: values.LOG_ORIGIN ?? null,
    signingKeyPem: values.LOG_SIGNING_KEY ?? null,
    additionalSigningKeysPem: values.LOG_ADDITIONAL_SIGNING_KEYS,
    anchorDir: resolve(values.LOG_ANCHOR_DIR ?? join(values.DATA_DIR, 'log')),
  };
}

/** Refuses a value for which `problemOf` has an answer. */
function refusedBy(problemOf: (text: string) => string | null) {
  return (text: string, context: z.RefinementCtx): void => {
    const message = problemOf(text);
    if (message) context.addIssue({ code: 'custom', message });
  };
}
