import {
  isJsonObject,
  type JsonObject,
  parseJson,
  readBoolean,
  readInt64,
  readObject,
  readOptional,
  readString,
  readStringMap,
  readStrings,
  writeJson,
} from '@needlestack/iceberg-format';

/** Rows are JSON with a version: read a few times per request, by people too. */
const ROW_VERSION = 1;

export interface NamespaceRow {
  /** Of this incarnation; a namespace dropped and made again has another. */
  readonly namespaceId: string;
  readonly levels: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

/** What a name in a namespace stands for, and the pointer to its current metadata. */
export interface TableEntry {
  readonly kind: 'table' | 'view';
  readonly name: string;
  /** Of this table in this catalog: kept by rename, new after drop and create. */
  readonly tableId: string;
  readonly tableUuid: string;
  readonly location: string;
  readonly metadataLocation: string;
  /** Rises with every change of the row; part of every compare-and-swap. */
  readonly generation: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly createdBy: string;
}

/** One landed change of a table's pointer. */
export interface CommitRecord {
  readonly operation: 'create' | 'commit' | 'register' | 'rename' | 'drop';
  readonly generation: number;
  readonly atMs: number;
  readonly principalId: string;
  readonly metadataLocation: string;
  readonly previousMetadataLocation?: string;
}

/** A dropped table whose files its owner wants gone. */
export interface PurgeRow {
  readonly location: string;
  readonly metadataLocation: string;
  readonly requestedAtMs: number;
  readonly principalId: string;
}

/** The final answer of a request with an idempotency key. */
export interface AnswerRow {
  /** Hash of method, path, body and principal: the key stands for exactly this request. */
  readonly fingerprint: string;
  readonly status: number;
  readonly endsAtMs: number;
  /** The body, unless it is the state of a table. */
  readonly body?: JsonObject;
  /** The table state that the body showed. */
  readonly metadataLocation?: string;
  /** Whether that answer was a loaded table (with configuration) or a committed one. */
  readonly hasConfig: boolean;
}

/** Rows of other versions or shapes come from elsewhere: a fault of the system, never of the request. */
function decodeRow<T>(what: string, value: Buffer, decode: (row: JsonObject) => T): T {
  try {
    const row = parseJson(value.toString());
    if (!isJsonObject(row) || row.v !== ROW_VERSION)
      throw new Error(`found version ${isJsonObject(row) ? String(row.v) : '?'}`);
    return decode(row);
  } catch (error) {
    throw new Error(`unreadable ${what} row`, { cause: error });
  }
}

function encodeRow(row: JsonObject): Buffer {
  return Buffer.from(writeJson({ v: ROW_VERSION, ...row }));
}

export function encodeNamespaceRow(row: NamespaceRow): Buffer {
  return encodeRow({ ...row });
}

export function decodeNamespaceRow(value: Buffer): NamespaceRow {
  return decodeRow('namespace', value, (row) => ({
    namespaceId: readString(row, 'namespaceId', 'row'),
    levels: readStrings(row, 'levels', 'row'),
    properties: readStringMap(row, 'properties', 'row'),
    createdAtMs: Number(readInt64(row, 'createdAtMs', 'row')),
    createdBy: readString(row, 'createdBy', 'row'),
  }));
}

export function encodeTableEntry(entry: TableEntry): Buffer {
  return encodeRow({ ...entry });
}

export function decodeTableEntry(value: Buffer): TableEntry {
  return decodeRow('table', value, (row) => ({
    kind: readString(row, 'kind', 'row') === 'view' ? 'view' : 'table',
    name: readString(row, 'name', 'row'),
    tableId: readString(row, 'tableId', 'row'),
    tableUuid: readString(row, 'tableUuid', 'row'),
    location: readString(row, 'location', 'row'),
    metadataLocation: readString(row, 'metadataLocation', 'row'),
    generation: Number(readInt64(row, 'generation', 'row')),
    createdAtMs: Number(readInt64(row, 'createdAtMs', 'row')),
    modifiedAtMs: Number(readInt64(row, 'modifiedAtMs', 'row')),
    createdBy: readString(row, 'createdBy', 'row'),
  }));
}

export function encodeCommitRecord(record: CommitRecord): Buffer {
  return encodeRow({ ...record });
}

const OPERATIONS = ['create', 'commit', 'register', 'rename', 'drop'] as const;

export function decodeCommitRecord(value: Buffer): CommitRecord {
  return decodeRow('commit', value, (row) => {
    const text = readString(row, 'operation', 'row');
    const operation = OPERATIONS.find((known) => known === text);
    if (operation === undefined) throw new Error(`unknown operation ${text}`);
    const previous = readOptional(readString, row, 'previousMetadataLocation', 'row');
    return {
      operation,
      generation: Number(readInt64(row, 'generation', 'row')),
      atMs: Number(readInt64(row, 'atMs', 'row')),
      principalId: readString(row, 'principalId', 'row'),
      metadataLocation: readString(row, 'metadataLocation', 'row'),
      ...(previous === undefined ? {} : { previousMetadataLocation: previous }),
    };
  });
}

export function encodePurgeRow(row: PurgeRow): Buffer {
  return encodeRow({ ...row });
}

export function encodeAnswerRow(row: AnswerRow): Buffer {
  return encodeRow({ ...row });
}

export function decodeAnswerRow(value: Buffer): AnswerRow {
  return decodeRow('answer', value, (row) => {
    const body = readOptional(readObject, row, 'body', 'row');
    const metadataLocation = readOptional(readString, row, 'metadataLocation', 'row');
    return {
      fingerprint: readString(row, 'fingerprint', 'row'),
      status: Number(readInt64(row, 'status', 'row')),
      endsAtMs: Number(readInt64(row, 'endsAtMs', 'row')),
      ...(body === undefined ? {} : { body }),
      ...(metadataLocation === undefined ? {} : { metadataLocation }),
      hasConfig: readBoolean(row, 'hasConfig', 'row'),
    };
  });
}
