import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, newId, StartRefusedError, UnavailableError } from '#libs/kernel';
import { lacksTable, translateDatabaseError } from '#libs/postgres';
import { BlobStore } from '#libs/storage';
import { StoreBindingRepository } from './store-binding.repository.js';

/** The store is not the one that the documents of this database are in, or it cannot be used. */
export class StoreBindingError extends StartRefusedError {}

/**
 * Ties the database to one store. A fresh installation makes its store by itself; afterwards a store that is missing,
 * exchanged or not writable stops the start, instead of answering "no such document" about everything.
 */
@Injectable()
export class StoreBinding implements OnModuleInit {
  private readonly logger = new Logger(StoreBinding.name);
  private bound = false;

  constructor(
    private readonly store: BlobStore,
    private readonly repository: StoreBindingRepository,
  ) {}

  /** Throws `StoreBindingError`. While the database is away or not migrated it only warns: readiness tries again. */
  async onModuleInit(): Promise<void> {
    try {
      await this.establish();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.logger.warn({
        message: 'The document store is not bound to the database yet: the database is not ready',
        err: error,
      });
    }
  }

  /** Rejects while uploads cannot be stored: for readiness. */
  async check(): Promise<void> {
    if (!this.bound) await this.establish();
    await this.store.check();
  }

  private async establish(): Promise<void> {
    const recorded = await this.repository.find();
    const found = await this.inStore(() => this.store.identity());
    const id = await this.agree(recorded, found);
    this.store.bind(id);
    await this.inStore(() => this.store.check());
    this.bound = true;
  }

  /** The id on which the database and the store agree in the end, also with processes that start at the same time. */
  private async agree(recorded: string | null, found: string | null): Promise<string> {
    if (recorded !== null && recorded === found) return found;
    if (recorded !== null && (found !== null || (await this.repository.hasVersions()))) {
      throw this.mismatch(recorded, found);
    }
    const offered = found ?? (await this.inStore(() => this.store.initialise(newId())));
    const bound = await (recorded === null
      ? this.repository.bind(offered)
      : this.repository.rebind(recorded, offered));
    if (bound !== offered) throw this.mismatch(bound, offered);
    this.logger.log(`Documents are stored in ${this.store.place}`);
    return bound;
  }

  private mismatch(recorded: string, found: string | null): StoreBindingError {
    const what = found === null ? 'there is no store' : `there is a different store (${found})`;
    return new StoreBindingError(
      `The documents of this database are in the store ${recorded}, but at ${this.store.place} ${what}. ` +
        'Check that the correct volume is mounted and that every process uses the same DATA_DIR.',
    );
  }

  private async inStore<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new StoreBindingError(
        `The document store at ${this.store.place} cannot be used: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  }
}

/** What the system said, which is what an operator needs; clients never see it. */
function reasonOf({ message, options: { cause } }: AppError): string {
  const { message: ofCause } = (cause ?? {}) as { message?: unknown };
  return typeof ofCause === 'string' ? ofCause : message;
}

function isPassing(error: unknown): boolean {
  return translateDatabaseError(error) instanceof UnavailableError || lacksTable(error);
}
