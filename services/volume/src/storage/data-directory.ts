import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  DEFAULT_VOLUME_INFO,
  encodeSuperblock,
  encodeVolumeInfo,
  formatTtl,
  type OffsetWidth,
  parseVolumeFileName,
  type Superblock,
  ttlSeconds,
  type VolumeFileName,
  type VolumeInfo,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { HeldDirectory } from '@needlestack/service-kit';
import { LIMITS } from '../core/limits.ts';
import type { DiskStatus } from '../core/ports.ts';
import { type FreeSpaceRule, reservedBytes } from '../core/volume/free-space-rule.ts';
import { CachedRecords } from './files/cached-records.ts';
import { lockDirectory } from './files/directory-lock.ts';
import { readFileIfThere, removeFiles, replaceFile, syncDirectory } from './files/durable-files.ts';
import type { WatchedFiles } from './files/watched-files.ts';
import type { VolumePlace } from './open-volume.ts';
import { readVolumeInfo } from './read-volume-info.ts';
import { findIndexIn } from './shards/find-shards.ts';
import { type VolumePaths, volumePaths } from './volume-paths.ts';

export interface DataDirectoryOptions {
  readonly path: string;
  /** Directory of the index files; the data directory itself when absent. */
  readonly indexPath?: string;
  /** Empty for hard disks. */
  readonly diskType?: string;
  /** 0 for as many as there is room for. */
  readonly volumesMax: number;
  /** What the operator calls this directory; told to the master. */
  readonly tags?: readonly string[];
  /** How much of the disk stays free; its volumes are read-only below that. */
  readonly freeSpace?: FreeSpaceRule;
}

const UUID_FILE = 'vol_dir.uuid';
const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One data directory, held by this process alone. */
export class DataDirectory {
  readonly path: string;
  /** Where index files lie; the same as `path` unless told otherwise. */
  readonly indexPath: string;
  readonly diskType: string;
  readonly volumesMax: number;
  readonly diskId: number;
  readonly uuid: string;
  /** The file system of this directory's disk. */
  readonly files: WatchedFiles;
  readonly cachedRecords = new CachedRecords(() => performance.now());
  readonly #tags: readonly string[];
  readonly #freeSpace: FreeSpaceRule | undefined;
  readonly #lock: HeldDirectory;
  /** As it was last found, in bytes. */
  #space = { total: 0, free: 0 };
  #asking: Promise<void> | undefined;

  private constructor(
    options: DataDirectoryOptions,
    diskId: number,
    uuid: string,
    lock: HeldDirectory,
    files: WatchedFiles,
  ) {
    this.files = files;
    this.#tags = options.tags ?? [];
    this.#freeSpace = options.freeSpace;
    this.path = options.path;
    this.indexPath = options.indexPath ?? options.path;
    this.diskType = options.diskType ?? '';
    this.volumesMax = options.volumesMax;
    this.diskId = diskId;
    this.uuid = uuid;
    this.#lock = lock;
  }

  /** Creates the directory when it is missing. @throws VolumeError `io-error` when another server uses it */
  static async open(options: DataDirectoryOptions, diskId: number, files: WatchedFiles): Promise<DataDirectory> {
    await mkdir(options.path, { recursive: true });
    if (options.indexPath !== undefined) await mkdir(options.indexPath, { recursive: true });
    const lock = lockDirectory(options.path);
    try {
      const directory = new DataDirectory(options, diskId, await readOrCreateUuid(options.path), lock, files);
      await directory.#askSpace();
      return directory;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  placeOf(name: VolumeFileName): VolumePlace {
    const paths = volumePaths(this.path, this.indexPath, name);
    return { name, paths, directoryPath: this.path, diskId: this.diskId, diskType: this.diskType };
  }

  /** Volumes whose data file is there, or whose info file names another store that has it. Files of other programs are left alone. */
  async listVolumes(): Promise<readonly VolumeFileName[]> {
    const names = await this.#listBy('.dat');
    const ids = new Set(names.map(({ volumeId }) => volumeId));
    for (const name of await this.#listBy('.vif')) {
      const { paths } = this.placeOf(name);
      // Shards have an info file too, but no index of this kind.
      if (ids.has(name.volumeId) || !existsSync(paths.idx)) continue;
      if ((await readVolumeInfo(paths.vif)).info.files.length > 0) names.push(name);
    }
    return names;
  }

  /** Volumes whose index and info file are there while their data file is gone from this disk. */
  async listLostVolumes(): Promise<readonly VolumeFileName[]> {
    const present = new Set((await this.listVolumes()).map(({ volumeId }) => volumeId));
    const lost: VolumeFileName[] = [];
    for (const name of await this.#listBy('.vif')) {
      if (present.has(name.volumeId) || !existsSync(this.placeOf(name).paths.idx)) continue;
      if ((await findIndexIn(this, name)) === undefined) lost.push(name);
    }
    return lost;
  }

  /** Files of an empty volume, on stable storage. The index comes first: data without an index would be refused. */
  async createFiles(
    name: VolumeFileName,
    superblock: Superblock,
    width: OffsetWidth,
    nowMs: number,
  ): Promise<VolumePlace> {
    const place = this.placeOf(name);
    const { paths } = place;
    await removeFiles(leftovers(paths));
    await (await open(paths.idx, 'w')).close();
    await replaceFile(paths.vif, encodeVolumeInfo(newVolumeInfo(superblock, width, nowMs)));
    const dat = await open(paths.dat, 'wx');
    try {
      await dat.writeFile(encodeSuperblock(superblock));
      await dat.sync();
    } finally {
      await dat.close();
    }
    await syncDirectory(dirname(paths.idx));
    await syncDirectory(this.path);
    return place;
  }

  /** Data first: an index or info file without data is nobody's volume. Where the volume's shards lie too, the info file is theirs. */
  async removeVolume(name: VolumeFileName): Promise<void> {
    const { paths } = this.placeOf(name);
    const isShared = (await findIndexIn(this, name)) !== undefined;
    await removeFiles([paths.dat]);
    await syncDirectory(this.path);
    await removeFiles(leftovers(paths).filter((path) => !isShared || path !== paths.vif));
    await syncDirectory(this.path);
  }

  async saveInfo(name: VolumeFileName, info: VolumeInfo): Promise<void> {
    await replaceFile(this.placeOf(name).paths.vif, encodeVolumeInfo(info));
  }

  async status(): Promise<DiskStatus> {
    this.#asking ??= this.#askSpace().finally(() => {
      this.#asking = undefined;
    });
    const timer = Promise.withResolvers<void>();
    const timeout = setTimeout(timer.resolve, LIMITS.diskAnswerMs);
    await Promise.race([this.#asking, timer.promise]);
    clearTimeout(timeout);
    const { total, free } = this.#space;
    const reserved = reservedBytes(this.#freeSpace, total);
    return {
      path: this.path,
      diskType: this.diskType,
      totalBytes: total,
      freeBytes: free,
      volumesMax: this.volumesMax,
      diskId: this.diskId,
      tags: this.#tags,
      reservedBytes: reserved,
      isLow: free < reserved,
      problem: this.files.checkHung() ? `${this.path} does not answer` : undefined,
    };
  }

  /** Volumes that may still be made here. */
  async freeSlots(): Promise<number> {
    const { isLow, problem, freeBytes } = await this.status();
    if (isLow || problem !== undefined) return 0;
    if (this.volumesMax === 0) return Math.max(1, Math.floor(freeBytes / LIMITS.usualVolumeBytes));
    return this.volumesMax - (await this.listVolumes()).length;
  }

  close(): void {
    this.#lock.release();
  }

  async #askSpace(): Promise<void> {
    // One question at a time: one that hangs shows what is wrong as well as many.
    const stats = await this.files.watch(() => statfs(this.path));
    this.#space = { total: stats.blocks * stats.bsize, free: stats.bavail * stats.bsize };
  }

  async #listBy(extension: string): Promise<VolumeFileName[]> {
    const names: VolumeFileName[] = [];
    for (const file of await readdir(this.path)) {
      const name = file.endsWith(extension) ? parseVolumeFileName(file.slice(0, -extension.length)) : undefined;
      if (name !== undefined) names.push(name);
    }
    return names;
  }
}

function leftovers(paths: VolumePaths): string[] {
  const { idx, vif, compactedDat, compactedIdx, compactionMark, moveNote, sortedIdx, note } = paths;
  return [idx, vif, compactedDat, compactedIdx, compactionMark, moveNote, sortedIdx, note];
}

function newVolumeInfo(superblock: Superblock, width: OffsetWidth, nowMs: number): VolumeInfo {
  const expires = formatTtl(superblock.ttl) !== '';
  const expireAtSec = expires ? BigInt(Math.floor(nowMs / 1000) + ttlSeconds(superblock.ttl)) : 0n;
  return { ...DEFAULT_VOLUME_INFO, version: superblock.version, bytesOffset: width, expireAtSec };
}

async function readOrCreateUuid(directoryPath: string): Promise<string> {
  const path = join(directoryPath, UUID_FILE);
  const content = (await readFileIfThere(path))?.toString().trim();
  if (content !== undefined && content !== '') {
    if (UUID_PATTERN.test(content)) return content;
    throw new VolumeError('io-error', `${path} holds ${JSON.stringify(content.slice(0, 50))}, expected a directory id`);
  }
  const uuid = randomUUID();
  await replaceFile(path, uuid);
  return uuid;
}
