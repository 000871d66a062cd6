import { Injectable } from '@nestjs/common';
import { type Actor, type AuditAction, AuditedExecution, emptyDraft } from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';
import { AuditLog, currentOrigin } from './audit-log.js';

/** Runs audited work in a separate transaction, inside or outside a request, with its entry as the last statement. */
@Injectable()
export class AuditedUnitOfWork extends AuditedExecution {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly log: AuditLog,
  ) {
    super();
  }

  /** The entry names the request that this was called from, if any. Work that calls `suppress` records no entry. */
  override async run<T>(action: AuditAction, actor: Actor, work: () => Promise<T>): Promise<T> {
    const draft = emptyDraft();
    return this.uow.transact(
      async () => {
        const result = await work();
        if (!draft.suppressed) {
          const origin = currentOrigin();
          this.uow.beforeCommit(() =>
            this.log.append(this.log.entryOf({ action, outcome: 'succeeded', actor, origin, draft })),
          );
        }
        return result;
      },
      { draft, separate: true },
    );
  }
}
