import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import avro from 'avsc';

/** A file of rows, as the manifests tell of it. */
export interface DataFile {
  readonly location: string;
  readonly rows: bigint;
  readonly snapshotId: bigint;
}

const PARQUET_MAGIC = 'PAR1';

/** Iceberg's longs do not fit a double. */
const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
});

/**
 * Follows the files of a table's current snapshot, from its metadata document over manifest list and manifests to the data
 * (https://iceberg.apache.org/spec, Manifests), knowing nothing of the catalog or of its client. Newest first. Rejects when a file is not there or not
 * what its place says.
 */
export async function readTableFiles(s3: S3Client, metadataLocation: string): Promise<DataFile[]> {
  const fetchFile = async (location: string): Promise<Buffer> => {
    const { hostname: Bucket, pathname } = new URL(location);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: decodeURIComponent(pathname.slice(1)) }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const metadata = (await fetchFile(metadataLocation)).toString();
  // Ids are beyond JSON.parse.
  const current = /"current-snapshot-id"\s*:\s*(\d+)/.exec(metadata)?.[1];
  const snapshot = (
    JSON.parse(metadata.replaceAll(/("snapshot-id"\s*:\s*)(\d+)/g, '$1"$2"')) as TableMetadata
  ).snapshots.find((one) => one['snapshot-id'] === current);
  if (snapshot === undefined) throw new Error(`${metadataLocation} has no current snapshot`);
  const files: DataFile[] = [];
  for (const manifest of await readAvro<ManifestListEntry>(await fetchFile(snapshot['manifest-list']))) {
    for (const { data_file } of await readAvro<ManifestEntry>(await fetchFile(manifest.manifest_path))) {
      const location = data_file.file_path;
      if ((await fetchFile(location)).toString('latin1', 0, PARQUET_MAGIC.length) !== PARQUET_MAGIC)
        throw new Error(`${location} is no Parquet file`);
      files.push({ location, rows: data_file.record_count, snapshotId: manifest.added_snapshot_id });
    }
  }
  return files;
}

interface TableMetadata {
  readonly snapshots: readonly { readonly 'snapshot-id': string; readonly 'manifest-list': string }[];
}

interface ManifestListEntry {
  readonly manifest_path: string;
  readonly added_snapshot_id: bigint;
}

interface ManifestEntry {
  readonly data_file: { readonly file_path: string; readonly record_count: bigint };
}

function readAvro<T>(file: Buffer): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const records: T[] = [];
    const decoder = new avro.streams.BlockDecoder({
      parseHook: (schema) => avro.Type.forSchema(schema, { registry: { long: LONG } }),
    });
    decoder.on('data', (record: T) => records.push(record));
    decoder.on('end', () => resolve(records));
    decoder.on('error', reject);
    decoder.end(file);
  });
}
