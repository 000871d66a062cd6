import supertest from 'supertest';
import { type Role } from '#libs/kernel';
import { type ResponseContract } from './response-contract.js';

/** A user account in the application under test. */
export interface TestAccount {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly roles: readonly Role[];
}

type Request = ReturnType<ReturnType<typeof supertest>['get']>;
type Response = Awaited<Request>;

/** HTTP as one user or anonymously. Each response is validated against the OpenAPI document before the test sees it. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly contract: ResponseContract,
    readonly account: TestAccount | null = null,
    readonly accessToken: string | null = null,
  ) {}

  get = (path: string): Request => this.request('get', path);
  post = (path: string): Request => this.request('post', path);
  put = (path: string): Request => this.request('put', path);
  patch = (path: string): Request => this.request('patch', path);
  delete = (path: string): Request => this.request('delete', path);
  head = (path: string): Request => this.request('head', path);

  /** A client with this access token, or an anonymous one without. */
  withToken(accessToken: string | null): ApiClient {
    return new ApiClient(this.url, this.contract, this.account, accessToken);
  }

  private request(method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head', path: string): Request {
    const request = supertest(this.url)[method](path);
    if (this.accessToken !== null) void request.set('authorization', `Bearer ${this.accessToken}`);
    return request.expect((response) => {
      this.contract.check({
        method: method.toUpperCase(),
        path: path.split('?', 1)[0] ?? path,
        status: response.status,
        headers: response.headers,
        text: textOf(response),
      });
    });
  }
}

/** The id of the client's account; throws for an anonymous client. */
export function idOf({ account }: Pick<ApiClient, 'account'>): string {
  if (!account) throw new Error('An anonymous client has no id');
  return account.id;
}

function textOf(response: Response): string | null {
  if (/[/+](x-nd)?json\b/.test(response.type)) {
    return Buffer.isBuffer(response.body) ? response.body.toString('utf8') : response.text;
  }
  return null;
}
