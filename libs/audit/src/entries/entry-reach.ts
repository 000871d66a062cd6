import { type Actor, type Permission } from '#libs/kernel';
import { ACCOUNT_ACTIONS, ACCOUNT_TARGETS } from './actions.js';
import { type AuditEntry } from './entry.js';

/** The values of a statement, kept apart from its text. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** The placeholder that stands for the value. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** What may be told to somebody who sees an entry only because it belongs to their own history. */
export interface ReadableEntry extends AuditEntry {
  /** Whether something was withheld from this reader. */
  readonly redacted: boolean;
}

/**
 * Which entries one reader may see, as SQL and as a rule about one entry; the two say the same. `any` sees all;
 * `accounts` sees what happened to accounts and sessions; `own` sees what the reader did, and what happened to what the
 * reader owns, there without what is known about whoever did it.
 */
export class EntryReach {
  private readonly all: boolean;
  private readonly accounts: boolean;
  private readonly own: boolean;

  constructor(
    private readonly reader: Actor,
    permission: Permission,
  ) {
    this.all = reader.reaches(permission, 'any');
    this.accounts = reader.reaches(permission, 'accounts');
    this.own = reader.reaches(permission, 'own');
  }

  /**
   * One condition per way in which an entry can be visible: entries that satisfy any of them are. Apart from each other
   * each can follow an index in the order of the list; joined by OR they could not.
   */
  conditions(parameters: SqlParameters): string[] {
    if (this.all) return ['TRUE'];
    const conditions: string[] = [];
    if (this.accounts) {
      const targets = parameters.add([...ACCOUNT_TARGETS]);
      const actions = parameters.add(ACCOUNT_ACTIONS);
      conditions.push(`(target_type = ANY(${targets}) OR action = ANY(${actions}))`);
    }
    if (this.own && this.reader.id !== null) {
      const reader = parameters.add(this.reader.id);
      conditions.push(`actor_id = ${reader}`, `target_owner_id = ${reader}`);
    }
    return conditions.length > 0 ? conditions : ['FALSE'];
  }

  /** The entry as this reader may see it. */
  reveal(entry: AuditEntry): ReadableEntry {
    if (this.seesOrigin(entry)) return { ...entry, redacted: false };
    return {
      ...entry,
      actor: { ...entry.actor, sessionId: null },
      ip: null,
      userAgent: null,
      requestId: null,
      details: null,
      redacted: true,
    };
  }

  private seesOrigin({ actor, target, action }: AuditEntry): boolean {
    if (this.all || actor.id === this.reader.id) return true;
    const aboutAccounts =
      ACCOUNT_TARGETS.some((type) => type === target?.type) || ACCOUNT_ACTIONS.includes(action);
    return this.accounts && aboutAccounts;
  }
}
