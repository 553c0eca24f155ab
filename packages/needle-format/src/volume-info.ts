import { FormatError } from './format-error.ts';

/** A copy of the volume's data on another store. */
export interface RemoteFile {
  readonly backendType: string;
  readonly backendId: string;
  readonly key: string;
  readonly offset: bigint;
  readonly fileSize: bigint;
  readonly modifiedTime: bigint;
  readonly extension: string;
}

export interface EcShardConfig {
  readonly dataShards: number;
  readonly parityShards: number;
  /** When the shards were encoded; shards of different runs must not mix. */
  readonly encodeTsNs: bigint;
}

/** The `.vif` file beside a volume. */
export interface VolumeInfo {
  readonly files: readonly RemoteFile[];
  readonly version: number;
  /** Three digits, or empty when the superblock decides. */
  readonly replication: string;
  /** Offset width of the index: 4, 5, or 0 when not said. */
  readonly bytesOffset: number;
  /** Size of the volume that was cut into shards; 0 otherwise. */
  readonly datFileSize: bigint;
  /** Unix seconds; 0 for never. */
  readonly expireAtSec: bigint;
  readonly readOnly: boolean;
  readonly ecShardConfig: EcShardConfig | undefined;
  /** A read-only volume that still takes deletions. */
  readonly readOnlyCanDelete: boolean;
}

/** What a new volume's `.vif` says. */
export const DEFAULT_VOLUME_INFO: VolumeInfo = {
  files: [],
  version: 3,
  replication: '',
  bytesOffset: 4,
  datFileSize: 0n,
  expireAtSec: 0n,
  readOnly: false,
  ecShardConfig: undefined,
  readOnlyCanDelete: false,
};

/** JSON as the protobuf mapping writes it: every field present, two-space indent, 64-bit numbers as strings, no final newline. */
export function encodeVolumeInfo(info: VolumeInfo): string {
  const message = {
    files: info.files.map((file) => ({
      backendType: file.backendType,
      backendId: file.backendId,
      key: file.key,
      offset: String(file.offset),
      fileSize: String(file.fileSize),
      modifiedTime: String(file.modifiedTime),
      extension: file.extension,
    })),
    version: info.version,
    replication: info.replication,
    bytesOffset: info.bytesOffset,
    datFileSize: String(info.datFileSize),
    expireAtSec: String(info.expireAtSec),
    readOnly: info.readOnly,
    ecShardConfig:
      info.ecShardConfig === undefined
        ? null
        : {
            dataShards: info.ecShardConfig.dataShards,
            parityShards: info.ecShardConfig.parityShards,
            encodeTsNs: String(info.ecShardConfig.encodeTsNs),
          },
    readOnlyCanDelete: info.readOnlyCanDelete,
  };
  return JSON.stringify(message, undefined, 2);
}

/**
 * Reads a `.vif`. Absent fields take protobuf's defaults (0, empty, false); unknown ones are ignored; the spellings of old
 * versions (`BytesOffset`, `DestroyTime`, snake_case) are understood.
 * @throws FormatError `bad-volume-info`
 */
export function decodeVolumeInfo(text: string): VolumeInfo {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new FormatError('bad-volume-info', 'volume info is not JSON', { cause: error });
  }
  const fields = new JsonFields(parsed, 'volume info');
  const ec = fields.pick('ecShardConfig', 'ec_shard_config');
  return {
    files: fields.list('files').map(decodeRemoteFile),
    version: fields.uint32('version', 'Version'),
    replication: fields.text('replication', 'Replication'),
    bytesOffset: fields.uint32('bytesOffset', 'bytes_offset', 'BytesOffset'),
    datFileSize: fields.int64('datFileSize', 'dat_file_size'),
    expireAtSec: fields.int64('expireAtSec', 'expire_at_sec', 'DestroyTime', 'destroyTime'),
    readOnly: fields.flag('readOnly', 'read_only'),
    ecShardConfig: ec === undefined || ec === null ? undefined : decodeEcShardConfig(ec),
    readOnlyCanDelete: fields.flag('readOnlyCanDelete', 'read_only_can_delete'),
  };
}

function decodeRemoteFile(value: unknown): RemoteFile {
  const fields = new JsonFields(value, 'remote file');
  return {
    backendType: fields.text('backendType', 'backend_type'),
    backendId: fields.text('backendId', 'backend_id'),
    key: fields.text('key'),
    offset: fields.int64('offset'),
    fileSize: fields.int64('fileSize', 'file_size'),
    modifiedTime: fields.int64('modifiedTime', 'modified_time'),
    extension: fields.text('extension'),
  };
}

function decodeEcShardConfig(value: unknown): EcShardConfig {
  const fields = new JsonFields(value, 'ec shard config');
  return {
    dataShards: fields.uint32('dataShards', 'data_shards'),
    parityShards: fields.uint32('parityShards', 'parity_shards'),
    encodeTsNs: fields.int64('encodeTsNs', 'encode_ts_ns'),
  };
}

/** Typed access to one JSON object under any of a field's spellings. */
class JsonFields {
  readonly #values: Map<string, unknown>;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new FormatError('bad-volume-info', `${what} is not a JSON object`);
    }
    this.#values = new Map(Object.entries(value));
    this.#what = what;
  }

  pick(...spellings: string[]): unknown {
    for (const spelling of spellings) {
      const value = this.#values.get(spelling);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  text(...spellings: string[]): string {
    const value = this.pick(...spellings) ?? '';
    return typeof value === 'string' ? value : this.#refuse(spellings, value, 'text');
  }

  flag(...spellings: string[]): boolean {
    const value = this.pick(...spellings) ?? false;
    return typeof value === 'boolean' ? value : this.#refuse(spellings, value, 'true or false');
  }

  uint32(...spellings: string[]): number {
    const value = Number(this.pick(...spellings) ?? 0);
    return Number.isInteger(value) && value >= 0 && value <= 0xffffffff
      ? value
      : this.#refuse(spellings, value, 'an unsigned 32-bit number');
  }

  int64(...spellings: string[]): bigint {
    const value = this.pick(...spellings) ?? 0;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
    if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
    return this.#refuse(spellings, value, 'a 64-bit number');
  }

  list(...spellings: string[]): readonly unknown[] {
    const value = this.pick(...spellings) ?? [];
    return Array.isArray(value) ? value : this.#refuse(spellings, value, 'a list');
  }

  #refuse(spellings: readonly string[], value: unknown, expected: string): never {
    throw new FormatError(
      'bad-volume-info',
      `${spellings[0]} of ${this.#what} is ${JSON.stringify(value)}, expected ${expected}`,
    );
  }
}
