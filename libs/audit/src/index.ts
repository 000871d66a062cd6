export { AUDIT_ACTION_NAMES, AUDIT_ACTIONS, type AuditAction, isAuditAction } from './actions.js';
export { AuditInterceptor } from './audit.interceptor.js';
export { AuditModule } from './audit.module.js';
export { NewestCheckpoint } from './published/newest-checkpoint.js';
export { RefusalRecorder } from './refusal-recorder.js';
