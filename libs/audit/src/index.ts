export { AUDIT } from './audit.declaration.js';
export { AuditModule } from './audit.module.js';
export { NewestCheckpoint } from './log-store/newest-checkpoint.js';
export { NothingSealedError, TreeSizeNotReachedError } from './log-store/sealed-log.errors.js';
export { type LogCondition, LogHealth } from './log-store/log-health.js';
export { NotSealedYetError } from './proofs/not-sealed-yet.error.js';
export {
  type DecisionRef,
  type LeafProof,
  type LoggedEvidence,
  ProvableLog,
  type RecordedDecision,
} from './proofs/provable-log.js';
export { markOperationStarted } from './recording/audit.interceptor.js';
export { RefusalRecorder } from './refusals/refusal-recorder.js';
export { LogRecovery, LogRecoveryError, type LogSituation } from './sequencer/log-recovery.js';
export { SealingModule } from './sequencer/sealing.module.js';
export { SEALING, Sequencer } from './sequencer/sequencer.js';
