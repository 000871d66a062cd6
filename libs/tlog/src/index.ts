export { type Checkpoint, CheckpointError, checkpointText, parseCheckpoint } from './checkpoint.js';
export { CompactRange } from './compact-range.js';
export { consistencyProof } from './consistency-proof.js';
export { type FullTile, GrowingTree } from './growing-tree.js';
export { inclusionProof } from './inclusion-proof.js';
export { NoteKeyError, NoteSigner, NoteVerifier } from './note-key.js';
export { provesConsistency, provesInclusion } from './proof-check.js';
export { NoteError, openNote, parseNote, signNote } from './signed-note.js';
export {
  entriesPath,
  entryBundle,
  parseNumberPath,
  parseTileLevel,
  partialTiles,
  type Tile,
  TILE_WIDTH,
  tilePath,
  type TileSource,
  tileWidth,
} from './tile.js';
export { parseTlogProof, type TlogProof, TlogProofError, tlogProofText } from './tlog-proof.js';
export { readHashes } from './tree-reader.js';
