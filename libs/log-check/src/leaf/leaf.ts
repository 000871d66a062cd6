import { decodeBase64Url } from './base64.js';
import { readCanonicalJson } from './canonical-json.js';

/** What a leaf of version 1 says. Everything else in it is for whoever reads it. */
export interface LeafContent {
  readonly id: string;
  readonly occurredAt: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: JsonMembers;
  readonly target: JsonMembers | null;
  readonly reasonCode: string | null;
  readonly changes: JsonMembers | null;
  readonly details: JsonMembers | null;
}

export type JsonMembers = Readonly<Record<string, unknown>>;

/** A leaf that is in order, with its time in milliseconds, or what is wrong with it. */
export type LeafReading =
  { readonly content: LeafContent; readonly time: number } | { readonly problem: string };

const NONCE_BYTES = 16;
const COMMITMENT_BYTES = 32;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const OUTCOMES = ['succeeded', 'denied', 'failed'];

const isMembers = (value: unknown): value is JsonMembers =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const orNull =
  (rule: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || rule(value);

/** The members that a leaf of version 1 has, all of them and no other, in canonical order, each with its rule. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  action: isText,
  actor: isMembers,
  changes: orNull(isMembers),
  details: orNull(isMembers),
  id: (value) => typeof value === 'string' && UUID_V7.test(value),
  nonce: (value) => isBytes(value, NONCE_BYTES),
  occurredAt: (value) => typeof value === 'string' && millisecondsOf(value) !== null,
  outcome: (value) => OUTCOMES.includes(String(value)),
  personal: orNull(isCommitment),
  reasonCode: orNull(isText),
  requestId: orNull(isText),
  target: orNull(isMembers),
  v: (value) => value === 1,
};
const MEMBER_NAMES = Object.keys(MEMBERS);

/** Reads a leaf by the letter: canonical JSON, the members of its version, an identifier that was made at its time. */
export function readLeaf(bytes: Uint8Array): LeafReading {
  const reading = readCanonicalJson(bytes);
  if ('problem' in reading) return reading;
  const { value } = reading;
  if (!isMembers(value)) return { problem: 'it is not a JSON object' };
  if (value['v'] !== 1)
    return { problem: `it is of version ${JSON.stringify(value['v'])}, this verifier knows 1` };
  const problem = memberProblem(value);
  if (problem !== null) return { problem };
  const content = value as unknown as LeafContent;
  const time = Number(millisecondsOf(content.occurredAt));
  if (timeOfId(content.id) !== time) {
    return {
      problem: `it says ${content.occurredAt}, but its identifier was made at ${new Date(timeOfId(content.id)).toISOString()}`,
    };
  }
  return { content, time };
}

function memberProblem(value: JsonMembers): string | null {
  for (const name of MEMBER_NAMES) {
    if (!Object.hasOwn(value, name)) return `it has no ${name}`;
    if (MEMBERS[name]?.(value[name]) !== true) return `its ${name} is not what a leaf of version 1 may say`;
  }
  const foreign = Object.keys(value).find((name) => !Object.hasOwn(MEMBERS, name));
  return foreign === undefined
    ? null
    : `it has a member ${JSON.stringify(foreign)} that version 1 does not know`;
}

/** The time in a UUIDv7 (RFC 9562 section 5.7). */
function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Milliseconds of `YYYY-MM-DDTHH:MM:SS.mmmZ`, or null for any other spelling and for days that do not exist. */
export function millisecondsOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) || time < 0 || new Date(time).toISOString() !== text ? null : time;
}

function isBytes(value: unknown, length: number): boolean {
  return typeof value === 'string' && decodeBase64Url(value)?.length === length;
}

function isCommitment(value: unknown): boolean {
  return (
    isMembers(value) &&
    Object.keys(value).join() === 'alg,commitment' &&
    value['alg'] === 'sha256' &&
    isBytes(value['commitment'], COMMITMENT_BYTES)
  );
}
