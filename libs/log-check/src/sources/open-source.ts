import { type LogSource } from '../core/log-source.js';
import { FolderSource } from './folder-source.js';
import { HttpSource } from './http-source.js';

/** Where a log is. Plain values, so that a thread can be started with them. */
export interface SourceLocation {
  /** The prefix of a served log or a folder. */
  readonly place: string;
  /** An auditor's access token, for a served log. */
  readonly token?: string | undefined;
}

export function openSource({ place, token }: SourceLocation): LogSource {
  return /^https?:\/\//.test(place) ? new HttpSource(place, token) : new FolderSource(place);
}
