import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#libs/postgres';
import { QuotaExceededError } from '../domain/document.errors.js';
import { DocumentsConfiguration } from '../documents.configuration.js';

const SELECT = 'SELECT files, bytes FROM documents.usage WHERE user_id = $1';

interface Usage {
  readonly files: string;
  readonly bytes: string;
}

/**
 * The limits of what one user has stored. A trigger counts each version in the transaction of its row and locks the counter,
 * so concurrent uploads of a user cannot exceed a limit together.
 */
@Injectable()
export class UploadQuotas {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly configuration: DocumentsConfiguration,
  ) {}

  /** Throws `QuotaExceededError` if the user cannot store another file. Call it before the bytes arrive. */
  async check(userId: string): Promise<void> {
    if (this.isUnlimited) return;
    const [usage] = await this.uow.read<Usage>(SELECT, [userId]);
    this.refuseBeyond(usage, 1);
  }

  /** Throws `QuotaExceededError` if the user has stored too much. Call it after the row of the version was written. */
  async checkWritten(userId: string): Promise<void> {
    if (this.isUnlimited) return;
    const [usage] = await this.uow.lock<Usage>(SELECT, [userId]);
    this.refuseBeyond(usage, 0);
  }

  private get isUnlimited(): boolean {
    const { maxFilesPerUser, maxBytesPerUser } = this.configuration;
    return maxFilesPerUser === 0 && maxBytesPerUser === 0;
  }

  private refuseBeyond({ files, bytes }: Usage = { files: '0', bytes: '0' }, more: number): void {
    const { maxFilesPerUser, maxBytesPerUser } = this.configuration;
    if (maxFilesPerUser > 0 && Number(files) + more > maxFilesPerUser)
      throw new QuotaExceededError(`You have stored ${maxFilesPerUser} files, which is the limit`);
    if (maxBytesPerUser > 0 && Number(bytes) + more > maxBytesPerUser)
      throw new QuotaExceededError(`Your files may have ${maxBytesPerUser} bytes in all`);
  }
}
