/** Bytes with a length, read by ranges: a file, a buffer, another server. */
export interface ByteSource {
  readonly lengthBytes: number;
  /** The bytes from `offsetBytes`; fewer than asked only when the source ends there. */
  read(offsetBytes: number, lengthBytes: number): Promise<Buffer>;
}

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    lengthBytes: bytes.length,
    read: async (offsetBytes, lengthBytes) => bytes.subarray(offsetBytes, offsetBytes + lengthBytes),
  };
}
