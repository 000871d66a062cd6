import { type AuditAction, type AuditTargetType, type Permission } from '#libs/kernel';

// `composeProduct` fills these arrays when all modules are loaded. Decorators run earlier and keep a reference to them:
// the values of an enum in a DTO, in its validation and in the OpenAPI document.

/** The names of all permissions. */
export const PERMISSION_NAMES: Permission[] = [];

/** The names of all audit actions. */
export const AUDIT_ACTION_NAMES: AuditAction[] = [];

/** All types of thing that an audit entry can be about. */
export const AUDIT_TARGET_TYPES: AuditTargetType[] = [];
