import { z } from 'zod';

// The rules that variables share. A module combines them, and rules of its own, in its section.

export const MINUTE_MS = 60_000;
export const DAY_SECONDS = 86_400;
export const MIB = 1024 ** 2;

export const anyWholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);

export const wholeNumber = (min: number, max: number, fallback: number) =>
  anyWholeNumber(min, max).default(fallback);

export const anyYesOrNo = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((value) => value === 'true');

export const yesOrNo = (fallback: boolean) => anyYesOrNo.default(fallback);

export const text = (fallback: string) => z.string().min(1).default(fallback);

/** Refuses a value for which `problemOf` has an answer. */
export function refusedBy(problemOf: (text: string) => string | null) {
  return (value: string, context: z.RefinementCtx): void => {
    const message = problemOf(value);
    if (message) context.addIssue({ code: 'custom', message });
  };
}
