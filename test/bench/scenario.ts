import { type Driven, type Load } from './drive.js';
import { type Dataset } from './dataset.js';

/** A typical request or sequence of requests, measured on the floor and on the API. */
export interface Scenario {
  /** The name for `--scenario`. */
  readonly name: string;
  /** The title in the report. */
  readonly title: string;
  /** The target for the ratio of requests per second; null for information only. */
  readonly target: number | null;
  /** On a database of this size instead of the usual one. */
  readonly documents?: number;
  /** Also measured at half of the load that each server can bear. */
  readonly halfLoad?: true;
  /** Determines the requests for both servers. */
  prepare(dataset: Dataset, urls: ServerUrls): Promise<Prepared>;
}

export const SERVERS = ['floor', 'api'] as const;
export type ServerName = (typeof SERVERS)[number];
export type ServerUrls = Readonly<Record<ServerName, string>>;

/** Loads a server in another way than by requests of one kind. */
export type Run = (url: string) => Promise<Driven>;

export interface Prepared {
  /** Requests with equal responses on both servers, compared before the measurement. */
  readonly alike?: ReadonlyArray<Readonly<Record<ServerName, Alike>>>;
  /** The load of one round; its preparation happens here, outside the measurement. */
  load(server: ServerName, seconds: number): Promise<Load | Run>;
  /** Removes data of the rounds that would affect other scenarios. */
  finish?(): Promise<void>;
}

/** A reading request whose answer is compared. */
export interface Alike {
  readonly path: string;
  readonly token?: string;
}

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
