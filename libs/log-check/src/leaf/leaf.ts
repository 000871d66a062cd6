import { decodeBase64Url } from '../core/encoding.js';
import { readCanonicalJson } from './canonical-json.js';

/** The members of a leaf of version 1 that checks use. */
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

/** A valid leaf with its time in milliseconds, or what is wrong with it. */
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

/** The members of a leaf of version 1, each with its rule. All are required, and no others are allowed. */
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

/** Reads a leaf strictly: canonical JSON, exactly the members of version 1, and an identifier that contains its time. */
export function readLeaf(bytes: Uint8Array): LeafReading {
  const reading = readCanonicalJson(bytes);
  if ('problem' in reading) return reading;
  const { value } = reading;
  if (!isMembers(value)) return { problem: 'it is not a JSON object' };
  if (value['v'] !== 1)
    return { problem: `it has version ${JSON.stringify(value['v'])}; this verifier knows version 1` };
  const problem = memberProblem(value);
  if (problem !== null) return { problem };
  const content = value as unknown as LeafContent;
  const time = Number(millisecondsOf(content.occurredAt));
  if (timeOfId(content.id) !== time) {
    return {
      problem: `its time is ${content.occurredAt}, but its identifier was made at ${new Date(timeOfId(content.id)).toISOString()}`,
    };
  }
  return { content, time };
}

function memberProblem(value: JsonMembers): string | null {
  for (const name of MEMBER_NAMES) {
    if (!Object.hasOwn(value, name)) return `it has no ${name}`;
    if (MEMBERS[name]?.(value[name]) !== true) return `its ${name} is not valid in version 1`;
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(MEMBERS, name));
  return unknown === undefined ? null : `it has a member ${JSON.stringify(unknown)} that is not in version 1`;
}

/** The milliseconds in a UUIDv7 (RFC 9562 section 5.7). */
function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Milliseconds of `YYYY-MM-DDTHH:MM:SS.mmmZ`, or null for another format or a day that does not exist. */
function millisecondsOf(text: string): number | null {
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
