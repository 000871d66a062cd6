const LENGTH_BYTES = 2;

/** Leaves one behind the other, each after its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
export function entryBundle(leaves: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}
