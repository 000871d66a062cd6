import { type JsonMembers, type LeafContent } from '#libs/log-check';
import { ReplayedRecord } from './replayed-record.js';

/** The state that results from the log, by identifier. */
export class Replay {
  readonly documents = new Map<string, ReplayedRecord>();
  readonly users = new Map<string, ReplayedRecord>();
  /** The SHA-256 of each version, by `<document>/<number>`. */
  readonly versions = new Map<string, string>();
  readonly decisions = new Map<string, JsonMembers>();

  /** Applies one leaf, in the order of the log. Refused and failed operations changed nothing. */
  add({ action, actor, changes, details, outcome, reasonCode, target }: LeafContent): void {
    const id = target?.['id'];
    const after = changes?.['after'];
    if (outcome !== 'succeeded' || typeof id !== 'string' || !isMembers(after)) return;
    if (target?.['type'] === 'user' && action.startsWith('user.')) recordOf(this.users, id).apply(after);
    if (target?.['type'] !== 'document' || !action.startsWith('document.')) return;
    recordOf(this.documents, id).apply({ ...after, ownerId: target['ownerId'] });
    if (action === 'document.uploaded' || action === 'document.version_added') {
      this.versions.set(`${id}/${String(target['version'])}`, String(target['sha256']));
    }
    const decision = details?.['decision'];
    if (isMembers(decision)) this.decisions.set(String(decision['id']), { ...decision, documentId: id });
    else if (typeof details?.['decisionId'] === 'string') {
      // The form of the first release.
      this.decisions.set(details['decisionId'], {
        documentId: id,
        reviewRound: details['reviewRound'],
        versionNumber: target['version'],
        versionSha256: target['sha256'],
        outcome: action.slice('document.'.length),
        by: actor['id'],
        reasonCode,
      });
    }
  }
}

function isMembers(value: unknown): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordOf(records: Map<string, ReplayedRecord>, id: string): ReplayedRecord {
  const record = records.get(id) ?? new ReplayedRecord();
  records.set(id, record);
  return record;
}
