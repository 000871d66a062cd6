import { HASH_BYTES, leafHash, nodeHash } from '#libs/merkle';
import { type Program, startProgram } from './program.js';
import { CONSTANTS, ROOM, SHA256_NODES } from './sha256-nodes.js';

/** Twice around, so that every lane is seen, and the step from four nodes to the next. */
const FOURS = 2;
const NODES = 4 * FOURS;

/**
 * The program that hashes nodes, with its constants in place; null where it cannot be had, or makes other nodes than
 * `nodeHash` does: where it is wrong, of whatever cause (a processor, Node, words whose bytes lie the other way round), a sound
 * log would be called broken.
 */
export function startNodes(text = SHA256_NODES, constants = CONSTANTS): Program | null {
  const program = startProgram(text);
  program?.memory.set(new Uint8Array(constants.buffer));
  return program && makesKnownNodes(program) ? program : null;
}

function makesKnownNodes({ memory, run }: Program): boolean {
  const hashes = Array.from({ length: 2 * NODES }, (_, place) => leafHash(Buffer.of(place)));
  memory.set(Buffer.concat(hashes), ROOM);
  run(ROOM, ROOM, FOURS);
  return Array.from({ length: NODES }, (_, node) => {
    const made = memory.subarray(ROOM + node * HASH_BYTES, ROOM + (node + 1) * HASH_BYTES);
    const [left, right] = hashes.slice(2 * node) as [Buffer, Buffer];
    return made.equals(nodeHash(left, right));
  }).every(Boolean);
}
