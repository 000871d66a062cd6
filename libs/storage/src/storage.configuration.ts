import { join } from 'node:path';
import { configurationSection, MIB, wholeNumber } from '#libs/config';

/** What an operator sets about the store. */
export abstract class StorageConfiguration {
  abstract readonly directory: string;
  /** Uploads are refused with 507 when less than this is free. */
  abstract readonly minFreeBytes: number;
}

export const STORAGE_SECTION = configurationSection(
  StorageConfiguration,
  { MIN_FREE_BYTES: wholeNumber(0, 1024 ** 5, 256 * MIB) },
  (v, { dataDir }) => ({ directory: join(dataDir, 'blobs'), minFreeBytes: v.MIN_FREE_BYTES }),
);
