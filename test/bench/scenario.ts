import { type Driven, type Load } from './drive.js';
import { type World } from './world.js';

/** One thing that clients do, measured on the floor and on the API. */
export interface Scenario {
  /** What `--scenario` calls it. */
  readonly name: string;
  /** What the report calls it. */
  readonly title: string;
  /** The ratio of requests per second that is wanted; null where it is only told. */
  readonly target: number | null;
  /** On a database of this size instead of the usual one. */
  readonly documents?: number;
  /** Also measured at half of the load that each server can bear. */
  readonly halfLoad?: true;
  /** Works out what both servers are asked. */
  prepare(world: World, urls: ServerUrls): Promise<Prepared>;
}

export const SERVERS = ['floor', 'api'] as const;
export type ServerName = (typeof SERVERS)[number];
export type ServerUrls = Readonly<Record<ServerName, string>>;

/** Loads a server in another way than by requests of one kind. */
export type Run = (url: string) => Promise<Driven>;

export interface Prepared {
  /** Requests that both must answer alike, checked before anything is measured. */
  readonly alike?: ReadonlyArray<Readonly<Record<ServerName, Alike>>>;
  /** The load of one round; whatever has to be made ready for it is made now, outside of the measurement. */
  load(server: ServerName, seconds: number): Promise<Load | Run>;
  /** Removes what the rounds left behind and others would suffer from. */
  finish?(): Promise<void>;
}

/** A reading request whose answer is compared. */
export interface Alike {
  readonly path: string;
  readonly token?: string;
}

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
