export { emptyRoot, HASH_BYTES, leafHash, nodeHash } from './hashes.js';
export { foldRow, leafHashText } from './packed-hashes.js';
