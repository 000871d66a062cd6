import { type ModuleDeclaration } from '#libs/declarations';
import { STORAGE_SECTION } from './storage.configuration.js';

/** What the store adds to the product. Modules that keep files import `StorageModule` themselves. */
export const STORAGE: ModuleDeclaration = { name: 'storage', configuration: STORAGE_SECTION };
