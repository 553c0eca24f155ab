/** What a cell does again and again. */
export type WorkloadName =
  | 'put-object'
  | 'overwrite-object'
  | 'get-object'
  | 'head-object'
  | 'delete-object'
  | 'mixed-objects'
  | 'list-objects'
  | 'multipart-upload'
  | 'complete-upload'
  | 'write-needle'
  | 'read-needle';

/** What the bucket of a cell does beside keeping objects. */
export type BucketFeature = 'versioned' | 'tagged' | 'policy' | 'sse-s3';

/** One line of the benchmark: a workload, at one size, by so many clients at once. The name says all three. */
export interface Cell {
  readonly name: string;
  readonly workload: WorkloadName;
  /** Of one object, needle or upload. */
  readonly sizeBytes: number;
  readonly clients: number;
  /** Measured against the same cell without it, on the store alone. */
  readonly feature?: BucketFeature;
  /** Open beside the clients, silent after one request each; the store alone is then measured, by its memory. */
  readonly idleConnections?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const SMALL_CLIENTS = [1, 16, 64];
const LARGE_CLIENTS = 8;
const FEATURE_CLIENTS = 16;
const CROWD_CLIENTS = 256;
const CROWD_IDLE = 1_000;

function smallCells(label: string, workload: WorkloadName): Cell[] {
  return SMALL_CLIENTS.map((clients) => ({
    name: `${label} 4 KiB by ${clients}`,
    workload,
    sizeBytes: 4 * KIB,
    clients,
  }));
}

function largeCells(mebibytes: number): Cell[] {
  const size = { sizeBytes: mebibytes * MIB, clients: LARGE_CLIENTS };
  return [
    { name: `PUT ${mebibytes} MiB by ${LARGE_CLIENTS}`, workload: 'put-object', ...size },
    { name: `GET ${mebibytes} MiB by ${LARGE_CLIENTS}`, workload: 'get-object', ...size },
  ];
}

const FEATURES: readonly { readonly feature: BucketFeature; readonly label: string }[] = [
  { feature: 'versioned', label: 'versioned' },
  { feature: 'tagged', label: 'tagged' },
  { feature: 'policy', label: 'policy-checked' },
  { feature: 'sse-s3', label: 'SSE-S3' },
];

/** Their names do not hold those of the plain cells, so that a word chooses one or the other. */
function featureCells(): Cell[] {
  const small = { sizeBytes: 4 * KIB, clients: FEATURE_CLIENTS };
  const cells = FEATURES.flatMap(({ feature, label }): Cell[] => [
    { name: `PUT ${label} 4 KiB by ${FEATURE_CLIENTS}`, workload: 'put-object', feature, ...small },
    { name: `GET ${label} 4 KiB by ${FEATURE_CLIENTS}`, workload: 'get-object', feature, ...small },
  ]);
  const again = `PUT versioned again 4 KiB by ${FEATURE_CLIENTS}`;
  return [...cells, { name: again, workload: 'overwrite-object', feature: 'versioned', ...small }];
}

/** Many clients that read and write by turns, and many more that only hold a connection. */
function crowdedCells(): Cell[] {
  return [
    { label: '4 KiB', sizeBytes: 4 * KIB },
    { label: '1 MiB', sizeBytes: MIB },
  ].map(({ label, sizeBytes }) => ({
    name: `mixed ${label} by ${CROWD_CLIENTS} beside ${CROWD_IDLE} idle`,
    workload: 'mixed-objects',
    sizeBytes,
    clients: CROWD_CLIENTS,
    idleConnections: CROWD_IDLE,
  }));
}

/** The cell that a feature is measured against. */
export function withoutFeature(cell: Cell): Cell {
  const { feature, ...plain } = cell;
  return feature === undefined ? cell : { ...plain, name: `plain of ${cell.name}` };
}

/** Every cell, in the order in which they run. */
export const CELLS: readonly Cell[] = [
  ...smallCells('PUT', 'put-object'),
  ...smallCells('GET', 'get-object'),
  ...smallCells('HEAD', 'head-object'),
  ...smallCells('DELETE', 'delete-object'),
  { name: 'LIST 1000 a page by 16', workload: 'list-objects', sizeBytes: 0, clients: 16 },
  ...largeCells(1),
  ...largeCells(10),
  {
    name: `multipart 64 MiB by ${LARGE_CLIENTS}`,
    workload: 'multipart-upload',
    sizeBytes: 64 * MIB,
    clients: LARGE_CLIENTS,
  },
  // Every part but the last has 5 MiB or more: uploads of several parts, enough of them for a run, would take gigabytes.
  { name: 'Complete of 1 part by 8', workload: 'complete-upload', sizeBytes: 4 * KIB, clients: LARGE_CLIENTS },
  { name: 'needle write 4 KiB by 16', workload: 'write-needle', sizeBytes: 4 * KIB, clients: 16 },
  { name: 'needle read 4 KiB by 16', workload: 'read-needle', sizeBytes: 4 * KIB, clients: 16 },
  ...featureCells(),
  ...crowdedCells(),
];

/**
 * Cells whose name holds one of the words, which are separated by commas: `PUT 4 KiB by 16,LIST`. All cells for an empty choice.
 *
 * @throws RangeError when a word names no cell
 */
export function chooseCells(choice: string): readonly Cell[] {
  const words = choice
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) return CELLS;
  for (const word of words)
    if (!CELLS.some((cell) => cell.name.toLowerCase().includes(word)))
      throw new RangeError(`no cell is called ${word}; the cells are: ${CELLS.map((cell) => cell.name).join('; ')}`);
  return CELLS.filter((cell) => words.some((word) => cell.name.toLowerCase().includes(word)));
}
