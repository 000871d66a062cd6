import { Agent } from 'node:http';
import { type Answer, call } from './http-call.js';
import { type Ledger } from './ledger.js';

/** The longest time to a response or an error. */
const HANG_MS = 30_000;

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces?: number;
  readonly pauseMs?: number;
  /** Instead of the client's own address. */
  readonly baseUrl?: string;
  /** Additional members for the ledger. */
  readonly note?: Readonly<Record<string, unknown>>;
}

/**
 * Sends requests, writes each request and its outcome to the ledger, and checks each response against the requirements of all
 * experiments: no hang, every error a problem, 503 with Retry-After, never a 500.
 */
export class Client {
  readonly violations: string[] = [];
  readonly counts = new Map<string, number>();
  /** Called with every outcome. */
  onAnswer: (answer: Answer, request: Request) => void = () => undefined;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1000 });
  private sequence = 0;
  private closed = false;

  constructor(
    public baseUrl: string,
    private readonly ledger: Ledger,
  ) {}

  /** Never rejects while the experiment runs. Rejects afterwards, which ends every loop of requests. */
  async send(request: Request): Promise<Answer> {
    if (this.closed) throw new Error('The experiment is over');
    const id = (this.sequence += 1);
    const { path, baseUrl = this.baseUrl, note = {} } = request;
    const method = request.method ?? 'GET';
    const changes = method !== 'GET';
    if (changes) await this.ledger.write({ id, sent: `${method} ${path}`, ...note });
    const body = request.json === undefined ? request.body : Buffer.from(JSON.stringify(request.json));
    const answer = await call({
      method,
      url: baseUrl + path,
      headers: {
        ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(request.token ? { authorization: `Bearer ${request.token}` } : {}),
        ...request.headers,
      },
      timeoutMs: HANG_MS,
      agent: this.agent,
      ...(body ? { body } : {}),
      ...(request.pieces ? { pieces: request.pieces } : {}),
      ...(request.pauseMs ? { pauseMs: request.pauseMs } : {}),
    });
    this.judge(`${method} ${path}`, answer);
    this.onAnswer(answer, request);
    if (changes) await this.ledger.write({ id, answered: answer.status || answer.failure, ...note });
    return answer;
  }

  /** The number of outcomes for each status or failure. */
  summary(): string {
    return [...this.counts]
      .toSorted(([one], [two]) => one.localeCompare(two))
      .map(([outcome, count]) => `${outcome}×${count}`)
      .join(' ');
  }

  close(): void {
    this.closed = true;
    this.agent.destroy();
  }

  private judge(what: string, answer: Answer): void {
    const outcome = answer.failure ?? String(answer.status);
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
    const fault = faultIn(answer);
    if (fault) this.violations.push(`${what}: ${fault}`);
  }
}

function faultIn({ status, failure, headers, body, ms }: Answer): string | null {
  if (failure === 'HANG') return `no answer within ${HANG_MS} ms`;
  if (failure !== null || status < 400) return null;
  const text = body.toString('utf8').slice(0, 300);
  if (status === 500) return `answered 500 after ${Math.round(ms)} ms: ${text}`;
  if (!headers['content-type']?.startsWith('application/problem+json'))
    return `${status} is no problem: ${text}`;
  const problem = parse(text.length < 300 ? text : body.toString('utf8'));
  if (problem?.['status'] !== status || !problem['code'] || !problem['type'])
    return `${status} says only ${text}`;
  if ((status === 503 || status === 429) && !headers['retry-after']) return `${status} without Retry-After`;
  return null;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
