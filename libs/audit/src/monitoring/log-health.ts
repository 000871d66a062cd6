import { Injectable } from '@nestjs/common';

/** A condition of the log that an operator must know; requests continue. */
export type LogCondition = 'sealing' | 'checkpoints';

/** The conditions of the log that this process sees. While one holds, the API is `degraded`. */
@Injectable()
export class LogHealth {
  private readonly found = new Map<LogCondition, string>();

  set(condition: LogCondition, reason: string | null): void {
    if (reason === null) this.found.delete(condition);
    else this.found.set(condition, reason);
  }

  /** The reasons by condition. They contain no secrets. */
  get reasons(): ReadonlyMap<LogCondition, string> {
    return this.found;
  }
}
