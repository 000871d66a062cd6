export * from './hashes.js';
