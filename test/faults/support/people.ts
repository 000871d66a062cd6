import { randomBytes } from 'node:crypto';
import { type Client } from './client.js';

export type Role = 'user' | 'verifier' | 'admin' | 'user_manager' | 'auditor';

/** A signed-in user. */
export class Person {
  token = '';
  refreshToken = '';

  constructor(
    readonly id: string,
    readonly email: string,
    readonly password: string,
    private readonly client: Client,
  ) {}

  async signIn(): Promise<this> {
    const answer = await this.client.send({
      method: 'POST',
      path: '/v1/auth/login',
      json: { email: this.email, password: this.password },
    });
    if (answer.status !== 200)
      throw new Error(`${this.email} cannot sign in: ${answer.status} ${answer.body}`);
    const tokens = answer.json<{ accessToken: string; refreshToken: string }>();
    this.token = tokens.accessToken;
    this.refreshToken = tokens.refreshToken;
    return this;
  }
}

/** Creates accounts as a user manager does, and signs in to each of them. */
export async function people(client: Client, manager: Person, roles: readonly Role[]): Promise<Person[]> {
  const made: Person[] = [];
  for (const role of roles) {
    const email = `${role}-${randomBytes(6).toString('hex')}@fault.example`;
    const password = randomBytes(18).toString('base64url');
    const answer = await client.send({
      method: 'POST',
      path: '/v1/users',
      token: manager.token,
      json: { email, displayName: `A ${role}`, roles: [role], password },
    });
    if (answer.status !== 201)
      throw new Error(`No ${role}: ${answer.status} ${answer.body.toString('utf8')}`);
    made.push(await new Person(answer.json<{ id: string }>().id, email, password, client).signIn());
  }
  return made;
}
