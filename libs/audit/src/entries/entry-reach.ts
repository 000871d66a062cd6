import { product } from '#libs/declarations';
import { type Actor, type Permission } from '#libs/kernel';
import { type AuditEntry } from './entry.js';

/** Collects the parameter values of a SQL statement. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** Adds a value and returns its placeholder. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** An entry as one reader may see it. */
export interface ReadableEntry extends AuditEntry {
  /** Whether members were withheld from the reader. */
  readonly redacted: boolean;
}

/**
 * The visibility filter of one reader, as SQL conditions and as a rule for one entry; both must agree. `any` sees all entries;
 * `accounts` sees entries about accounts and sessions; `own` sees the reader's actions and entries about targets that the
 * reader owns, without the request data of other actors.
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
   * SQL conditions; an entry is visible if it satisfies one of them. They are separate, because PostgreSQL can use an index
   * in list order for each condition, but not for an OR of them.
   */
  conditions(parameters: SqlParameters): string[] {
    if (this.all) return ['TRUE'];
    const conditions: string[] = [];
    if (this.accounts) {
      const targets = parameters.add(product().accountTargets);
      const actions = parameters.add(product().accountActions);
      conditions.push(`(target_type = ANY(${targets}) OR action = ANY(${actions}))`);
    }
    if (this.own && this.reader.id !== null) {
      const reader = parameters.add(this.reader.id);
      conditions.push(`actor_id = ${reader}`, `target_owner_id = ${reader}`);
    }
    return conditions.length > 0 ? conditions : ['FALSE'];
  }

  /** Removes the members that this reader may not see. */
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
    const { accountTargets, accountActions } = product();
    const aboutAccounts =
      (target !== null && accountTargets.includes(target.type)) || accountActions.includes(action);
    return this.accounts && aboutAccounts;
  }
}
