import { type Load } from './drive.js';
import { type World } from './world.js';

/** One thing that clients do, measured on the floor and on the API. */
export interface Scenario {
  /** What `--scenario` calls it. */
  readonly name: string;
  /** What the report calls it. */
  readonly title: string;
  /** The ratio of requests per second that is wanted; null where it is only told. */
  readonly target: number | null;
  /** Works out what both servers are asked. */
  prepare(world: World, urls: ServerUrls): Promise<Prepared>;
}

export type ServerName = 'floor' | 'api';
export type ServerUrls = Readonly<Record<ServerName, string>>;

export interface Prepared {
  /** Requests that both must answer alike, checked before anything is measured. */
  readonly alike?: ReadonlyArray<Readonly<Record<ServerName, Alike>>>;
  /** The load of one round; whatever has to be made ready for it is made now, outside of the measurement. */
  load(server: ServerName, seconds: number): Promise<Load>;
}

/** A reading request whose answer is compared. */
export interface Alike {
  readonly path: string;
  readonly token?: string;
}

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
