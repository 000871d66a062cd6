const PERSON = {
  email: 'bench@example.com',
  displayName: 'Bench',
  password: 'seven slow herons wade at dusk',
};

/**
 * Registers a user at an API on an empty database, signs in, and returns the access token. `between` may change the new
 * account in between, for example its roles.
 */
export async function signInNewPerson(
  url: string,
  between: () => Promise<unknown> = async () => undefined,
): Promise<string> {
  await post(`${url}/v1/auth/register`, PERSON);
  await between();
  const { email, password } = PERSON;
  const answer = await post(`${url}/v1/auth/login`, { email, password });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

async function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}
