import { UnitOfWork } from '#libs/postgres';
import { Injectable } from '@nestjs/common';

/** Finds due documents by index and without a lock: the caller locks each document and checks it again. */
@Injectable()
export class DueDocumentsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Documents with an expired claim, the longest overdue first. */
  async lapsedLeases(now: Date, limit: number): Promise<string[]> {
    return this.ids(
      `SELECT id FROM documents.documents WHERE status = 'in_review' AND claimed_until <= $1
       ORDER BY claimed_until LIMIT $2`,
      [now, limit],
    );
  }

  /** Documents whose verification has expired, the longest overdue first. */
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
