import { createHash, randomBytes } from 'node:crypto';
import { foldRow, HASH_BYTES, nodeHash } from '#libs/merkle';
import { NodeRow } from './node-row.js';
import { startProgram } from './program.js';
import { CONSTANTS, ROOM, SHA256_NODES } from './sha256-nodes.js';

describe('SHA-256 of four nodes at a time', () => {
  const program = startProgram(SHA256_NODES)!;
  program.memory.set(new Uint8Array(CONSTANTS.buffer));

  it('runs here, or nothing is tested', () => expect(program).not.toBeNull());

  it('has the constants of FIPS 180-4', () => {
    const hex = [...CONSTANTS].map((word) => word.toString(16).padStart(8, '0'));
    expect([...hex.slice(0, 2), hex[7], hex[8], hex[71]]).toEqual([
      '6a09e667',
      'bb67ae85',
      '5be0cd19',
      '428a2f98',
      'c67178f2',
    ]);
  });

  it.each([1, 2, 32])('makes the nodes of RFC 6962, four times %i of them', (fours) => {
    for (let round = 0; round < 200; round++) {
      const pairs = randomBytes(fours * 8 * HASH_BYTES);
      if (round < 3) pairs.fill([0x00, 0xff, 0x80][round]!);
      program.memory.set(pairs, ROOM);
      program.run(ROOM, ROOM, fours);
      for (let node = 0; node < 4 * fours; node++) {
        const [left, right] = [2 * node, 2 * node + 1].map((place) =>
          pairs.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
        );
        const made = program.memory.subarray(ROOM + node * HASH_BYTES, ROOM + (node + 1) * HASH_BYTES);
        expect(made.equals(nodeHash(left!, right!))).toBe(true);
      }
    }
  });

  it('depends on every bit of both hashes, in every lane', () => {
    for (let bit = 0; bit < 8 * 8 * HASH_BYTES; bit++) {
      const pairs = Buffer.alloc(8 * HASH_BYTES, 0x5a);
      pairs[bit >> 3] = pairs[bit >> 3]! ^ (1 << (bit & 7));
      program.memory.set(pairs, ROOM);
      program.run(ROOM, ROOM, 1);
      const node = bit >> 9;
      const pair = pairs.subarray(node * 2 * HASH_BYTES, (node + 1) * 2 * HASH_BYTES);
      const expected = createHash('sha256').update(Buffer.of(1)).update(pair).digest();
      const made = program.memory.subarray(ROOM + node * HASH_BYTES, ROOM + (node + 1) * HASH_BYTES);
      expect(made.equals(expected)).toBe(true);
    }
  });
});

describe('a row of hashes', () => {
  it('folds to what foldRow folds it to, whatever its width', () => {
    const row = new NodeRow(256);
    for (let count = 1; count <= 256; count++) {
      const hashes = randomBytes(count * HASH_BYTES);
      row.hashes.set(hashes);
      expect(row.fold(count).equals(foldRow(hashes, count))).toBe(true);
    }
  });

  it('is refused without the hashes', () => {
    expect(() => new NodeRow(256).fold(0)).toThrow(RangeError);
    expect(() => new NodeRow(256).fold(264)).toThrow(RangeError);
  });
});
