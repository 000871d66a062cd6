import { copyBytes, copyLine } from './copy-in.js';
import { BEGIN, END, ownerId, ownersOf, verifierId, VERIFIERS } from './people.js';
import { RowRandom, uuidOf } from './random.js';

const DOCUMENT = 3;
const DECISION = 4;
const AUDIT = 5;
const HOUR = 3_600_000;

const TYPES = [
  ['passport', 40],
  ['id_card', 28],
  ['utility_bill', 15],
  ['bank_statement', 9],
  ['driving_licence', 6],
  ['company_register', 2],
] as const;
const STATUSES = [
  ['verified', 70],
  ['rejected', 8],
  ['pending', 7],
  ['expired', 6],
  ['withdrawn', 4],
  ['changes_requested', 3],
  ['in_review', 1],
  ['revoked', 1],
] as const;
const COUNTRIES = [
  ['DE', 50],
  ['FR', 20],
  ['PL', 15],
  ['IT', 10],
  ['PT', 4],
  ['IS', 1],
] as const;
const DECIDED: Readonly<Record<string, string>> = {
  verified: 'verified',
  expired: 'verified',
  revoked: 'verified',
  rejected: 'rejected',
  changes_requested: 'changes_requested',
};
const SYLLABLES =
  'ba be bo da de ha ho ka ke la le lo ma me mi na ne no ra re ri sa se so ta te va vo wa zi'.split(' ');

/** One document with all its rows, derived only from its number and their count. */
export class SeededDocument {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  readonly type: string;
  readonly country: string;
  readonly status: string;
  readonly sha256: string;
  readonly storageKey: string;
  readonly size: number;
  readonly verifierId: string;
  readonly createdMs: number;
  readonly micros: string;
  readonly decidedMs: number;
  readonly outcome: string | null;
  readonly decisionId: string | null;

  constructor(index: number, of: number) {
    const random = new RowRandom(index, DOCUMENT);
    const step = (END - BEGIN) / of;
    this.createdMs = Math.floor(BEGIN + index * step + random.share() * step);
    this.micros = String(random.below(1000)).padStart(3, '0');
    this.id = uuidOf(this.createdMs, random);
    this.ownerId = ownerId(random.skewedBelow(ownersOf(of)));
    this.type = random.weighted(TYPES);
    this.country = random.weighted(COUNTRIES);
    // The newest documents are not decided yet.
    this.status = index > of - of / 100 ? 'pending' : random.weighted(STATUSES);
    this.title = `${titleOf(this.type)} ${surname(random)} ${random.below(10_000)}`;
    this.sha256 = random.hex(64);
    this.storageKey = uuidOf(this.createdMs, random);
    this.size = 20_000 + random.skewedBelow(8_000_000);
    this.verifierId = verifierId(random.below(VERIFIERS));
    this.decidedMs = this.createdMs + Math.floor(random.share() * 72 * HOUR);
    this.outcome = DECIDED[this.status] ?? null;
    this.decisionId = this.outcome === null ? null : uuidOf(this.decidedMs, new RowRandom(index, DECISION));
  }

  get createdAt(): string {
    return `${new Date(this.createdMs).toISOString().slice(0, -1)}${this.micros}Z`;
  }

  get decidedAt(): string {
    return new Date(this.decidedMs).toISOString();
  }

  get revision(): number {
    return this.changed ? 2 : 1;
  }

  get changed(): boolean {
    return this.status !== 'pending';
  }
}

function titleOf(type: string): string {
  return `${type[0]?.toUpperCase()}${type.slice(1).replaceAll('_', ' ')}`;
}

/** One of 900 to 27,000 names; short names are more frequent. */
function surname(random: RowRandom): string {
  const length = random.share() < 0.7 ? 2 : 3;
  const name = Array.from({ length }, () => SYLLABLES[random.skewedBelow(SYLLABLES.length)]).join('');
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

interface Table {
  readonly target: string;
  line(document: SeededDocument, index: number): string | null;
}

/** The tables of documents, in the order that their foreign keys require. */
export const DOCUMENT_TABLES: readonly Table[] = [
  {
    target: `documents.documents (id, owner_id, title, type, metadata, status, current_version, review_round, reviewer_id,
      claimed_until, valid_until, revision, created_at, updated_at)`,
    line: (d) => {
      const claimed = d.status === 'in_review';
      return copyLine([
        d.id,
        d.ownerId,
        d.title,
        d.type,
        `{"country":"${d.country}"}`,
        d.status,
        1,
        1,
        claimed ? d.verifierId : null,
        claimed ? '2036-01-01T00:00:00Z' : null,
        d.status === 'verified' ? '2036-01-01T00:00:00Z' : null,
        d.revision,
        d.createdAt,
        d.changed ? d.decidedAt : d.createdAt,
      ]);
    },
  },
  {
    target: `documents.versions (document_id, number, sha256, size, media_type, file_name, storage_key, uploaded_by,
      created_at)`,
    line: (d) =>
      copyLine([
        d.id,
        1,
        copyBytes(d.sha256),
        d.size,
        'application/pdf',
        `${d.type}.pdf`,
        d.storageKey,
        d.ownerId,
        d.createdAt,
      ]),
  },
  {
    target: `documents.decisions (id, document_id, review_round, version_number, version_sha256, outcome, decided_by,
      decided_at, reason_code, message)`,
    line: (d) =>
      d.outcome === null
        ? null
        : copyLine([
            d.decisionId,
            d.id,
            1,
            1,
            copyBytes(d.sha256),
            d.outcome,
            d.verifierId,
            d.decidedAt,
            d.outcome === 'verified' ? null : 'unreadable',
            d.outcome === 'verified' ? null : 'The scan cannot be read; please upload it again.',
          ]),
  },
  {
    target: `documents.history (document_id, revision, action, from_status, to_status, version_number, actor_id,
      occurred_at, decision_id)`,
    line: (d) => {
      const uploaded = copyLine([d.id, 1, 'uploaded', null, 'pending', 1, d.ownerId, d.createdAt, null]);
      if (!d.changed) return uploaded;
      const by = d.outcome === null ? d.ownerId : d.verifierId;
      const { id, status, decidedAt, decisionId } = d;
      return uploaded + copyLine([id, 2, status, 'pending', status, 1, by, decidedAt, decisionId]);
    },
  },
  {
    target: `audit.entries (id, occurred_at, action, outcome, actor_type, actor_id, actor_roles, authenticated_by,
      target_type, target_id, target_version, target_sha256, target_owner_id, request_id, ip, user_agent, changes)`,
    line: (d, index) =>
      copyLine([
        uuidOf(d.createdMs, new RowRandom(index, AUDIT)),
        new Date(d.createdMs).toISOString(),
        'document.uploaded',
        'succeeded',
        'user',
        d.ownerId,
        '{user}',
        'password',
        'document',
        d.id,
        1,
        copyBytes(d.sha256),
        d.ownerId,
        d.storageKey,
        '192.0.2.17',
        'veritrail-bench/1.0',
        '{"before": {}, "after": {"status": "pending", "version": 1}}',
      ]),
  },
];

/** The lines of one table. */
export function* documentLines(table: Table, count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    const line = table.line(new SeededDocument(index, count), index);
    if (line !== null) yield line;
  }
}
