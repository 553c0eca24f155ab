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
  /** Memory of all HTTP request bodies together; further uploads wait before they are read. */
  uploadBytes: 512 * 2 ** 20,
  /** Largest needle taken; the size field has 31 bits. */
  needleDataBytes: 1 << 30,
  /** Free bytes at which a volume that met a full disk takes writes again. */
  freeBytesToResume: 256 * 2 ** 20,
  /** Room at the end of the largest volume that only deletions may use: 2 million of them, enough until a compaction wins more. */
  tombstoneRoomBytes: 64 * 2 ** 20,
  /** How often an append is prepared anew because another one changed its needle in between. */
  appendRetries: 16,
  /** How long index rows are gathered before they are written. */
  indexGatherMs: 20,
  /** Index rows that may wait for an index write that takes long, before the volume turns read-only. */
  pendingIndexBytes: 64 * 2 ** 20,
  /** Records copied with one read during a compaction. */
  compactionReadBytes: 2 ** 20,
  /** Garbage between two records that is read with them, because a read of its own costs more. */
  compactionGapBytes: 128 * 1024,
  /** Index rows looked at in one step of a compaction. */
  compactionRows: 4_096,
  /** A compaction stops writers only when fewer rows than this are left to copy. */
  compactionFinalRows: 1_024,
  /** Deletions examined at once in one request. */
  parallelDeletes: 16,
  /** Bytes of one message when files go to another server. Each is encoded, framed and copied in one turn of the event loop. */
  streamPartBytes: 256 * 1024,
  /** Bytes between two reports of the progress of a copy. */
  copyReportBytes: 128 * 2 ** 20,
  /** Largest `.vif` taken from another server. */
  volumeInfoBytes: 2 ** 20,
  /** Records of a tail that are written at once. */
  tailWrites: 64,
  tailWriteBytes: 64 * 2 ** 20,
  /** Index rows looked at in one step of a scrub, and bytes of records read at once. */
  scrubRows: 65_536,
  scrubReadBytes: 2 ** 20,
  /** Faults of one volume that a scrub tells of. */
  scrubFaults: 1_000,
  /** Largest content that a query unfolds. */
  queriedBytes: 256 * 2 ** 20,
  /** Characters of a file that a query looks at before others have their turn, and characters of one of its answers. */
  queriedCharactersAtOnce: 256 * 1024,
  queriedStripeCharacters: 512 * 1024,
  /** Size of a volume where nobody says another one. */
  usualVolumeBytes: 30 * 2 ** 30,
  /** A call to a disk that takes this long shows that it hangs. */
  hungDiskMs: 15_000,
  /** How long one waits to hear of a disk's free space before what is known has to do. */
  diskAnswerMs: 500,
  /** Pause between looks at the disks. */
  diskCheckMs: 5_000,
  /** A volume whose time has passed is kept this much longer at most. */
  expiredVolumeKeptMs: 10 * 60_000,
  /** How long another store may take to remove the data of such a volume; the disks are not looked at meanwhile. */
  expiredObjectMs: 5_000,
  /** Rows of an index looked at in one step when copies are compared, and needles described at once. */
  describedRows: 16_384,
  describedNeedles: 256,
  /** What a look at one needle counts against the rate of repairs: its head and tail, out of pages of the disk. */
  describedNeedleBytes: 1_024,
  /** Needles that one comparison of copies mends; a next one goes on. */
  mendedNeedles: 50_000,
  /** Buckets of needles listed at once. */
  comparedBuckets: 64,
  /** Volumes of one server. */
  volumes: 10_000,
} as const;

if (LIMITS.queuedAppends < LIMITS.batchNeedles) throw new Error('the queue must hold at least one batch');
if (LIMITS.queuedAppendBytes < LIMITS.batchBytes) throw new Error('the queue must hold at least one batch of bytes');
