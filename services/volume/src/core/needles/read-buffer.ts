/** Small reads are cut from one slab: an allocation of its own costs more than the read of a small needle. */
const SLAB_BYTES = 128 * 1024;
const SLAB_READ_BYTES_MAX = 16 * 1024;
const ALIGNMENT_BYTES = 8;

let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let usedBytes = 0;

/** Memory for one read. It is never handed out twice; a slab is freed when all its readers have let go. */
export function allocateReadBuffer(lengthBytes: number): Buffer {
  if (lengthBytes > SLAB_READ_BYTES_MAX) return Buffer.allocUnsafeSlow(lengthBytes);
  if (usedBytes + lengthBytes > SLAB_BYTES) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    usedBytes = 0;
  }
  const buffer = slab.subarray(usedBytes, usedBytes + lengthBytes);
  usedBytes += Math.ceil(lengthBytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  return buffer;
}
