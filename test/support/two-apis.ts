import { type ApiOptions, newSigningKey, startApi, type TestApi } from './app.js';

/** Two processes of the API on one database, each of which takes the access tokens of the other. */
export interface TwoApis {
  /** With one person of each role. */
  readonly here: TestApi;
  readonly there: TestApi;
  close(): Promise<void>;
}

/** Providers are replaced in the second of them only. */
export async function startTwoApis(replaceThere: NonNullable<ApiOptions['replace']>): Promise<TwoApis> {
  const environment = { JWT_PRIVATE_KEY: newSigningKey() };
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
