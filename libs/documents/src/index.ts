export * from './documents.module.js';
export * from './domain/document.errors.js';
export * from './upload/accept-uploads.js';
export * from './upload/staged-upload.interceptor.js';
export * from './upload/staging-sweep.js';
export * from './upload/store-binding.js';
export * from './upload/upload.errors.js';
export * from './upload/upload.module.js';
