import { FolderSource } from './folder-source.js';
import { HttpSource } from './http-source.js';
import { type LogSource } from './log-source.js';

/** Where a log is, in words that can be handed to another thread: an address or a folder. */
export interface SourcePlace {
  readonly place: string;
  /** An auditor's access token, for a served log. */
  readonly token?: string;
}

export function openSource({ place, token }: SourcePlace): LogSource {
  return isAddress(place) ? new HttpSource(place, token) : new FolderSource(place);
}

function isAddress(place: string): boolean {
  return /^https?:\/\//.test(place);
}
