import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { ProvableLog } from '#libs/audit';
import { type DocumentView } from '../documents/dto/document.view.js';

/** A client that wants to wait longer repeats the request. */
const MAX_WAIT_SECONDS = 10;

/**
 * `Prefer: wait=N` on a decision: delays the response until the decision has a receipt, at most N seconds, and links to the
 * receipt if it exists. Runs around the unit of work: the decision is committed and no database connection is held while it
 * waits. Also for replayed responses. A failure while waiting does not change the response.
 */
@Injectable()
export class WaitForReceiptInterceptor implements NestInterceptor {
  private readonly logger = new Logger(WaitForReceiptInterceptor.name);

  constructor(private readonly log: ProvableLog) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const seconds = preferredWait(request.headers['prefer']?.toString());
    if (seconds === null) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      mergeMap(async (answer: DocumentView) => {
        void reply.header('preference-applied', `wait=${seconds}`);
        const { id: documentId, decision } = answer;
        if (decision && (await this.isSealed({ documentId, decisionId: decision.id }, seconds))) {
          void reply.header('link', linkTo(`/v1/documents/${documentId}/decisions/${decision.id}/receipt`));
        }
        return answer;
      }),
    );
  }

  private async isSealed(
    decision: { documentId: string; decisionId: string },
    seconds: number,
  ): Promise<boolean> {
    try {
      return await this.log.waitUntilSealed(decision, seconds * 1000);
    } catch (error) {
      this.logger.warn(`Waiting for a receipt failed: ${String(error)}`);
      return false;
    }
  }
}

/** RFC 8288: the receipt describes the decision in the response. */
function linkTo(address: string): string {
  return `<${address}>; rel="describedby"; type="text/plain"`;
}

/**
 * The seconds of `Prefer: wait=N` (RFC 7240, section 4.3), at most 10; null without this preference. If it is given
 * twice, the first value counts; a malformed value is ignored (section 2).
 */
export function preferredWait(header: string | undefined): number | null {
  const first = (header ?? '')
    .split(',')
    .map((preference) => /^\s*wait\s*(?:=\s*(?:"([^"]*)"|([^\s;"]*)))?\s*(?:;.*)?$/i.exec(preference))
    .find((match) => match !== null);
  const text = first?.[1] ?? first?.[2] ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), MAX_WAIT_SECONDS) : null;
}
