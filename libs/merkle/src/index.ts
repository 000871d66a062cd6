export * from './hashes.js';
export * from './packed-hashes.js';
