import { Module } from '@nestjs/common';
import { LogRecovery } from './log-recovery.js';
import { LogSigners } from './log-signers.js';
import { SealingMetrics } from './sealing-metrics.js';
import { SealingRepository } from './sealing.repository.js';
import { Sequencer } from './sequencer.js';

/** What seals the log. For processes that hold its key: with the audit module beside it, which reads what is sealed. */
@Module({
  providers: [LogSigners, SealingRepository, SealingMetrics, Sequencer, LogRecovery],
  exports: [Sequencer, LogRecovery],
})
export class SealingModule {}
