export * from './blob-store.js';
export { STORAGE } from './storage.declaration.js';
export * from './storage.module.js';
