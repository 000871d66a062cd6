import { Module } from '@nestjs/common';
import { AuditModule } from '../audit.module.js';
import { LogRecovery } from './log-recovery.js';
import { LogSigners } from './log-signers.js';
import { SealingMetrics } from './sealing-metrics.js';
import { SealingRepository } from './sealing.repository.js';
import { SequencerConnections } from './sequencer-connections.js';
import { Sequencer } from './sequencer.js';

/** Seals the log. Import it only in processes that have the signing key. */
@Module({
  imports: [AuditModule],
  providers: [
    LogSigners,
    SequencerConnections,
    {
      provide: SealingRepository,
      inject: [SequencerConnections],
      useFactory: ({ uow }: SequencerConnections) => new SealingRepository(uow),
    },
    SealingMetrics,
    Sequencer,
    LogRecovery,
  ],
  exports: [Sequencer, LogRecovery],
})
export class SealingModule {}
