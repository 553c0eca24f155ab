import { NEEDLE_OVERHEAD_MAX_BYTES } from '@needlestack/service-contracts';

/** An object is cut into chunks of this size, one needle each. */
export const CHUNK_SIZE_BYTES = 4 * 1024 * 1024;
/** Up to here an object is kept as it came from the socket and hashed on the event loop (under half a millisecond). */
export const SMALL_OBJECT_MAX_BYTES = 256 * 1024;
/** Layers of encryption around a chunk. */
export const SEAL_LAYERS_MAX = 2;
/** Plain bytes of small sealed chunks that a process keeps, and of how large ones. */
export const OPENED_CHUNKS_BYTES_MAX = 24 * 1024 * 1024;
export const OPENED_CHUNK_BYTES_MAX = 64 * 1024;
/** What they add to it at most. */
const SEAL_OVERHEAD_MAX_BYTES = 4 * 1024;
/** A buffer holds a chunk, sealed or not, or on reading the whole needle record around it. */
export const CHUNK_BUFFER_BYTES = CHUNK_SIZE_BYTES + SEAL_OVERHEAD_MAX_BYTES + NEEDLE_OVERHEAD_MAX_BYTES;
/** Chunk buffers of a process. */
export const CHUNK_BUFFERS_MAX = 20;
/** So many of them at most for uploads, and so many for downloads: the rest is always left to the others. */
export const CHUNK_BUFFERS_SHARE_MAX = 14;
/** Download buffers that are never lent to a client for as long as it likes. */
export const UNPINNED_BUFFERS_MIN = 4;
/** A client that moves no byte for so long gives its chunk buffer to others who wait for one. */
export const STALLED_AFTER_MS = 100;
/** What a download keeps of a chunk while it waits for its client, when it may not keep the whole. */
export const READ_WINDOW_BYTES = 128 * 1024;
/** Chunks of one upload that may be on their way to disk while the next one fills. */
export const CHUNK_WRITES_IN_FLIGHT_MAX = 2;
/** How often a chunk is offered to another volume before the upload fails. */
export const CHUNK_WRITE_ATTEMPTS_MAX = 3;
/** File ids asked of the master at a time; a process that dies wastes at most this many keys. */
export const FILE_ID_LEASE_COUNT = 10_000;
/** A lease is renewed ahead of time when this few ids are left. */
export const FILE_ID_LEASE_LOW_WATER = 2_000;
/** A location answer is believed for this long unless a call to it fails. */
export const VOLUME_LOCATION_TTL_MS = 60_000;

if (CHUNK_WRITES_IN_FLIGHT_MAX + 1 > CHUNK_BUFFERS_MAX - CHUNK_BUFFERS_SHARE_MAX)
  throw new RangeError('one upload must fit into what downloads leave of the buffer pool');
if (UNPINNED_BUFFERS_MIN >= CHUNK_BUFFERS_SHARE_MAX) throw new RangeError('some downloads must have whole buffers');
if (SMALL_OBJECT_MAX_BYTES > CHUNK_SIZE_BYTES) throw new RangeError('a small object must be one chunk');
