import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/kernel';

/** The public keys that checkpoints were signed with: known to the database, never believed by a verifier because of it. */
@Injectable()
export class LogKeysRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Verifier keys (C2SP signed-note), the one that was taken into use last first. */
  async findAll(): Promise<string[]> {
    const reader = await this.uow.reader();
    const rows = await reader.query<Array<{ vkey: string }>>(
      'SELECT vkey FROM audit.log_keys ORDER BY first_used_at DESC, vkey',
    );
    return rows.map(({ vkey }) => vkey);
  }
}
