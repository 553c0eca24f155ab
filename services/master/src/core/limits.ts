/** Bounds and times of the master's rules. Times are milliseconds, sizes bytes. */

/** File keys whose ceiling is made durable at once; a crash skips at most this many. */
export const FILE_KEY_STEP = 1_000_000n;

/** Keys at or above are never handed out nor learned from reports: one stray needle must not use up the number space. */
export const FILE_KEY_LIMIT = 2n ** 63n;

/** File ids in one assignment. */
export const ASSIGN_COUNT_MAX = 10_000_000;

export const VOLUME_ID_MAX = 0xffff_ffff;

/** What one assigned file id is expected to bring when the caller does not say. */
export const EXPECTED_FILE_BYTES = 1024 * 1024;

/** Nor is one assignment expected to bring more than this share of a volume: ranges of ids are used up slowly. */
export const EXPECTED_SHARE_MAX = 0.05;

/** A volume this full is crowded: its layout should grow. */
export const CROWDED_RATIO = 0.9;

/** Writable volumes looked at for one assignment; the one with most room wins. */
export const PICK_SAMPLES = 3;

/** How long an assignment waits for a volume to be made or a server to appear. */
export const ASSIGN_WAIT_MS = 10_000;

export const ALLOCATE_DEADLINE_MS = 60_000;

/** Placements tried for one new volume; servers that failed are left out of the next. */
export const GROW_ATTEMPTS = 3;

/** Growths that one assignment waits for. */
export const GROW_ROUNDS_MAX = 3;

/** Growing on its own accord never takes more than this share of the free slots, so that the next layout finds some. */
export const GROW_FREE_SHARE = 0.25;

/** After a growth that failed, its layout does not grow on its own accord for so long. */
export const GROW_PAUSE_MS = 10_000;
export const GROW_PAUSES_MAX = 1_000;

/** New volumes per growth by number of copies; more copies than listed make one. */
export const GROW_COUNT_BY_COPIES: readonly number[] = [0, 7, 6, 3];

/** Volumes asked for in one call of VolumeGrow. */
export const GROW_COUNT_MAX = 1_000;

/** A volume that was just made may be missing from a report that was already on its way. */
export const PROVISIONAL_MS = 15_000;

/** Without durable state of its own the master listens this long to what the servers have before it gives out volume ids. */
export const WARM_UP_MS = 15_000;

/** EC shards that fill the room of one volume. */
export const EC_SHARDS_PER_SLOT = 10;

export const ADMIN_LOCK_MS = 10_000;
export const ADMIN_LOCKS_MAX = 1_000;

/** A server that does not say its gRPC port has it this far above its HTTP port. */
export const HTTP_GRPC_PORT_DISTANCE = 10_000;

/** Volumes that one vacuum compacts at a time, on servers and disks of their own. */
export const VACUUMS_MAX = 100;

/** How long a vacuum waits for files that were assigned before it, until at most so many bytes are still expected. */
export const VACUUM_DRAIN_MS = 30_000;
export const VACUUM_DRAINED_BYTES = 2 * 1024 * 1024;

/** Vacuums start by themselves so often, plus up to the jitter. */
export const VACUUM_PAUSE_MS = 14 * 60_000;
export const VACUUM_JITTER_SHARE = 1 / 7;

/** A check, and a compaction, may take so long for each GiB that a volume may have. */
export const VACUUM_CHECK_MS_PER_GIB = 60_000;
export const VACUUM_COMPACT_MS_PER_GIB = 180_000;

/** Interval in which volume servers report. */
export const HEARTBEAT_INTERVAL_MS = 5_000;
