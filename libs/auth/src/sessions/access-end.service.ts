import { type SessionEndReason } from '#libs/users';
import { Injectable } from '@nestjs/common';
import { InvitationsRepository } from '../credentials/invitations.repository.js';
import { SessionsRepository } from './sessions.repository.js';

/** Ends everything that gives access to an account besides its password: its sessions and its open invitations. */
@Injectable()
export class AccessEndService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly invitations: InvitationsRepository,
  ) {}

  /** Runs in the open unit of work. Returns the number of ended sessions; the session `except` continues. */
  async endAll(userId: string, reason: SessionEndReason, except: string | null = null): Promise<number> {
    await this.invitations.removePending(userId);
    return this.sessions.endAll(userId, reason, except);
  }
}
