import { join } from 'node:path';
import type { ServerStateRecord, ServerStateStore } from '../core/server-state.ts';
import { readFileIfThere, replaceFile } from './files/durable-files.ts';

/*
 * `state.pb` is a protobuf message of two varints, absent when zero: 1 maintenance, 2 version.
 */
const STATE_FILE = 'state.pb';
const MAINTENANCE_TAG = 0x08;
const VERSION_TAG = 0x10;

/** Keeps the server's state in its first data directory. An unreadable file counts as none. */
export function serverStateFile(directoryPath: string): ServerStateStore {
  const path = join(directoryPath, STATE_FILE);
  return {
    load: async () => {
      const content = await readFileIfThere(path);
      return content === undefined ? undefined : decodeServerState(content);
    },
    save: (record) => replaceFile(path, encodeServerState(record)),
  };
}

export function encodeServerState(record: ServerStateRecord): Buffer {
  const bytes: number[] = [];
  if (record.maintenance) bytes.push(MAINTENANCE_TAG, 1);
  if (record.version > 0) {
    bytes.push(VERSION_TAG);
    let rest = record.version;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

export function decodeServerState(bytes: Buffer): ServerStateRecord | undefined {
  let maintenance = false;
  let version = 0;
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at];
    let value = 0;
    let scale = 1;
    do {
      at += 1;
      value += ((bytes[at] ?? 0) & 0x7f) * scale;
      scale *= 128;
    } while (((bytes[at] ?? 0) & 0x80) !== 0);
    at += 1;
    if (tag === MAINTENANCE_TAG) maintenance = value !== 0;
    else if (tag === VERSION_TAG && value <= 0xffffffff) version = value;
    else return undefined;
  }
  return { maintenance, version };
}
