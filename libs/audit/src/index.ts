export { AUDIT_ACTION_NAMES, AUDIT_ACTIONS, type AuditAction, isAuditAction } from './actions.js';
export { AuditInterceptor } from './audit.interceptor.js';
export { AuditModule } from './audit.module.js';
export { NewestCheckpoint } from './published/newest-checkpoint.js';
export * from './published/published.errors.js';
export { NotSealedYetError } from './receipts/not-sealed-yet.error.js';
export {
  type DecisionRef,
  type LeafProof,
  type LoggedEvidence,
  ProvableLog,
  type RecordedDecision,
} from './receipts/provable-log.js';
export { RefusalRecorder } from './refusal-recorder.js';
export { LogRecovery, LogRecoveryError, type LogSituation } from './sealing/log-recovery.js';
export { SealingModule } from './sealing/sealing.module.js';
export { SEALING, Sequencer } from './sealing/sequencer.js';
