import { copyLine } from './copy-in.js';
import { RowRandom, uuidOf } from './random.js';

/** The creation time of the oldest and of the newest seeded document. */
export const BEGIN = Date.UTC(2023, 10, 1);
export const END = Date.UTC(2026, 10, 1);

export const VERIFIERS = 64;
/** Documents per owner, on average. */
const DOCUMENTS_PER_OWNER = 50;

export const ownersOf = (documents: number): number =>
  Math.max(100, Math.floor(documents / DOCUMENTS_PER_OWNER));

const OWNER = 1;
const VERIFIER = 2;
const AUDITOR = 7;
const created = (index: number): number => BEGIN - 86_400_000 + index;

export const ownerId = (index: number): string => uuidOf(created(index), new RowRandom(index, OWNER));
/** May read the whole audit log, and no document content. */
export const AUDITOR_ID = uuidOf(created(0), new RowRandom(0, AUDITOR));
export const verifierId = (index: number): string => uuidOf(created(index), new RowRandom(index, VERIFIER));
export const ownerEmail = (index: number): string => `owner-${index}@example.com`;

/** Rows of users.users. */
export function* users(documents: number): Generator<string> {
  const time = (index: number): string => new Date(created(index)).toISOString();
  const line = (id: string, email: string, name: string, role: string, index: number): string =>
    copyLine([id, email, name, `{${role}}`, 'active', 1, time(index), time(index)]);
  yield line(AUDITOR_ID, 'auditor@example.com', 'Auditor', 'auditor', 0);
  for (let index = 0; index < VERIFIERS; index++) {
    yield line(verifierId(index), `verifier-${index}@example.com`, `Verifier ${index}`, 'verifier', index);
  }
  for (let index = 0; index < ownersOf(documents); index++) {
    yield line(ownerId(index), ownerEmail(index), `Owner ${index}`, 'user', index);
  }
}

export const USERS = 'users.users (id, email, display_name, roles, status, revision, created_at, updated_at)';
