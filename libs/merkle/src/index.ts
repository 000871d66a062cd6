export { emptyRoot, HASH_BYTES, leafHash, nodeHash } from './hashes.js';
export { foldRow } from './packed-hashes.js';
