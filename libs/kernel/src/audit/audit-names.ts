/** Every action of the audit log, by its name (`noun.past_tense`). Modules add theirs as they add permissions. */
export interface AuditActions {}

export type AuditAction = keyof AuditActions;

/** Every type of thing that an audit entry can be about. Modules add theirs as they add permissions. */
export interface AuditTargets {}

export type AuditTargetType = keyof AuditTargets;
