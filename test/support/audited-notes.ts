import { Readable } from 'node:stream';
import { Controller, Get, Injectable, Param, Post, StreamableFile } from '@nestjs/common';
import { Operation } from '#libs/http';
import {
  Actor,
  type AuditAction,
  AuditedExecution,
  AuditTrail,
  ConflictError,
  ForbiddenError,
  newId,
  NotFoundError,
  UnauthorizedError,
} from '#libs/kernel';
import { UnitOfWork } from '#libs/postgres';

export const ACTOR = newId();
/** The content of the next download. */
export const streams = { next: Readable.from([]) };
const OK = { status: 200, description: 'Done.' } as const;

class LoginRefusedError extends UnauthorizedError {
  static override readonly code = 'INVALID_CREDENTIALS';
  static override readonly auditedAs = 'session.login_failed';
}

/** A service that writes a row and describes it, and refuses or fails on request of a test. */
@Injectable()
export class Notes {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly beside: AuditedExecution,
  ) {}

  async write(text: string, id = newId()): Promise<{ id: string }> {
    const manager = await this.uow.manager();
    await manager.query('INSERT INTO public.notes (id, text) VALUES ($1, $2)', [id, text]);
    this.audit.setTarget({ type: 'document', id, version: 1, sha256: 'ab'.repeat(32), ownerId: ACTOR });
    this.audit.setChanges({ text: null }, { text });
    this.audit.addDetails({ size: 3 });
    return { id };
  }

  async refuse(text: string, id: string): Promise<never> {
    await this.write(text, id);
    throw text === 'conflict'
      ? new ConflictError()
      : text === 'missing'
        ? new NotFoundError()
        : new ForbiddenError();
  }

  async twice(text: string): Promise<never> {
    await this.write(text);
    await this.beside.run('session.refresh_reused', Actor.system('test'), () => this.write('beside'));
    throw new UnauthorizedError();
  }

  async writeAs(action: AuditAction): Promise<{ id: string }> {
    return this.beside.run(action, Actor.system('test'), () => this.write('unknown'));
  }

  silently(): void {
    this.audit.suppress();
  }
}

@Controller('v1/notes')
export class NotesController {
  constructor(private readonly notes: Notes) {}

  @Post(':text')
  @Operation({ id: 'w', summary: 's', access: 'document:create', audited: 'document.uploaded', success: OK })
  write(@Param('text') text: string): Promise<{ id: string }> {
    return this.notes.write(text);
  }

  @Post('refusals/:text/:id')
  @Operation({ id: 'r', summary: 's', access: 'review:decide', audited: 'document.verified', success: OK })
  refuse(@Param('text') text: string, @Param('id') id: string): Promise<never> {
    return this.notes.refuse(text, id);
  }

  @Post('twice/beside')
  @Operation({ id: 't', summary: 's', access: 'public', audited: 'session.refreshed', success: OK })
  twice(): Promise<never> {
    return this.notes.twice('rolled back');
  }

  @Post('logins/refused')
  @Operation({ id: 'l', summary: 's', access: 'public', audited: 'session.created', success: OK })
  login(): never {
    throw new LoginRefusedError();
  }

  @Post('answers/circular')
  @Operation({ id: 'c', summary: 's', access: 'document:create', audited: 'document.uploaded', success: OK })
  async circular(): Promise<object> {
    const answer: Record<string, unknown> = { ...(await this.notes.write('circular')) };
    answer['self'] = answer;
    return answer;
  }

  @Post('silence/kept')
  @Operation({ id: 's', summary: 's', access: 'document:create', audited: 'document.uploaded', success: OK })
  async silent(): Promise<{ id: string }> {
    const answer = await this.notes.write('silent');
    this.notes.silently();
    return answer;
  }

  @Post('actions/unknown')
  @Operation({ id: 'u', summary: 's', access: 'document:create', audited: null, success: OK })
  unknown(): Promise<{ id: string }> {
    return this.notes.writeAs('document.painted' as AuditAction);
  }

  @Get('stream')
  @Operation({
    id: 'g',
    summary: 's',
    access: 'document:content',
    audited: 'document.content_read',
    success: OK,
  })
  stream(): StreamableFile {
    return new StreamableFile(streams.next);
  }
}
