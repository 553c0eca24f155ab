/** Every bound of the volume service, in one place. */
export const LIMITS = {
  /** Records in one group commit. The batch's vectored write needs two buffers a record. */
  batchNeedles: 512,
  /** Bytes in one group commit; a single record may exceed it. */
  batchBytes: 16 * 2 ** 20,
  /** Operations waiting in one volume's append queue. */
  queuedAppends: 16_384,
  /** Data bytes waiting in one volume's append queue; beyond it a write is refused as overloaded. */
  queuedAppendBytes: 256 * 2 ** 20,
  /** Largest needle taken; the size field has 31 bits. */
  needleDataBytes: 1 << 30,
  /** How often an append is prepared anew because another one changed its needle in between. */
  appendRetries: 16,
  /** Index rows gathered while an earlier index write is under way, before appends wait for it. */
  pendingIndexBytes: 4 * 2 ** 20,
  /** Deletions examined at once in one request. */
  parallelDeletes: 16,
  /** Volumes of one server. */
  volumes: 10_000,
} as const;

if (LIMITS.queuedAppends < LIMITS.batchNeedles) throw new Error('the queue must hold at least one batch');
if (LIMITS.queuedAppendBytes < LIMITS.batchBytes) throw new Error('the queue must hold at least one batch of bytes');
