export * from './documents.module.js';
export * from './domain/document.errors.js';
