import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

/** Documents whose time has come, found by index and without a lock: whoever acts on one locks it and looks again. */
@Injectable()
export class DueDocumentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Claims that ran out, the longest overdue first. */
  async lapsedLeases(now: Date, limit: number): Promise<string[]> {
    return this.ids(
      `SELECT id FROM documents.documents WHERE status = 'in_review' AND claimed_until <= $1
       ORDER BY claimed_until LIMIT $2`,
      [now, limit],
    );
  }

  /** Verifications whose date has passed, the longest overdue first. */
  async pastValidity(now: Date, limit: number): Promise<string[]> {
    return this.ids(
      `SELECT id FROM documents.documents WHERE status = 'verified' AND valid_until <= $1
       ORDER BY valid_until LIMIT $2`,
      [now, limit],
    );
  }

  private async ids(text: string, values: unknown[]): Promise<string[]> {
    return (await this.uow.read<{ id: string }>(text, values)).map(({ id }) => id);
  }
}
