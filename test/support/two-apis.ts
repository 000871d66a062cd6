import { type ApiOptions, newSigningKey, startApi, type TestApi } from './app.js';

/** Two API processes on one database, each of which accepts the access tokens of the other. */
export interface TwoApis {
  /** With one account of each role. */
  readonly here: TestApi;
  readonly there: TestApi;
  close(): Promise<void>;
}

/** Replaces providers only in the second process. */
export async function startTwoApis(
  replaceThere: NonNullable<ApiOptions['replace']> = (builder) => builder,
  variables: ApiOptions['environment'] = {},
): Promise<TwoApis> {
  const environment = { ...variables, JWT_PRIVATE_KEY: newSigningKey() };
  const here = await startApi({ environment });
  try {
    const there = await startApi({
      people: false,
      environment: { ...environment, DATABASE_URL: here.database.url },
      replace: replaceThere,
    });
    const close = async (): Promise<void> => {
      await there.close();
      await here.close();
    };
    return { here, there, close };
  } catch (error) {
    await here.close();
    throw error;
  }
}
