import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeJournal, encodeJournalEntry, parseShardExtension } from '@needlestack/erasure-coding';
import { decodeVolumeInfo, FormatError, type VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { EcStep, ShardArrival } from '../../core/shards/ec-ports.ts';
import { toDiskError } from '../files/disk-error.ts';
import { readFileIfThere, removeFiles, syncDirectory } from '../files/durable-files.ts';
import {
  type EcDirectory,
  homePath,
  INDEX_EXTENSION,
  INFO_EXTENSION,
  JOURNAL_EXTENSION,
  STAGED_SUFFIX,
} from './ec-paths.ts';
import { readEncodeTs } from './encoded-volume-info.ts';
import { findShardSet } from './find-shards.ts';

/** One file that is being written under a staged name. */
interface StagedFile {
  readonly extension: string;
  readonly path: string;
  readonly handle: FileHandle;
}

/** Shards and their files from another server. All are whole and on stable storage before the first gets its name; the index comes last. */
export class DiskShardArrival implements ShardArrival {
  readonly #directory: EcDirectory;
  readonly #name: VolumeFileName;
  readonly #onStep: (step: EcStep) => void;
  readonly #staged = new Map<string, StagedFile>();

  constructor(directory: EcDirectory, name: VolumeFileName, onStep: (step: EcStep) => void) {
    this.#directory = directory;
    this.#name = name;
    this.#onStep = onStep;
  }

  async append(extension: string, bytes: Uint8Array): Promise<void> {
    try {
      const file = this.#staged.get(extension) ?? (await this.#create(extension));
      await file.handle.appendFile(bytes);
    } catch (error) {
      throw toDiskError(`a file of shards that arrives cannot be written`, error);
    }
  }

  async commit(): Promise<void> {
    try {
      await this.#mergeJournal();
      await this.#refuseOtherEncoding();
      await this.#closeAll(true);
      this.#onStep('copy: files staged');
      await this.#nameFiles([...this.#staged.keys()].filter((extension) => extension !== INDEX_EXTENSION));
      this.#onStep('copy: shards in place');
      await this.#nameFiles([...this.#staged.keys()].filter((extension) => extension === INDEX_EXTENSION));
      this.#onStep('copy: index in place');
    } catch (error) {
      await this.discard();
      throw toDiskError('shards that arrived cannot be kept', error);
    }
  }

  async discard(): Promise<void> {
    await this.#closeAll(false);
    await removeFiles([...this.#staged.values()].map(({ path }) => path + STAGED_SUFFIX));
    this.#staged.clear();
  }

  async #create(extension: string): Promise<StagedFile> {
    const path = homePath(this.#directory, this.#name, extension);
    const file = { extension, path, handle: await open(path + STAGED_SUFFIX, 'w') };
    this.#staged.set(extension, file);
    return file;
  }

  /** A journal is added to the one that is here: both servers may know of deletions. */
  async #mergeJournal(): Promise<void> {
    const file = this.#staged.get(JOURNAL_EXTENSION);
    if (file === undefined) return;
    const here = (await readFileIfThere(file.path)) ?? Buffer.alloc(0);
    const arrived = (await readFileIfThere(file.path + STAGED_SUFFIX)) ?? Buffer.alloc(0);
    const ids = new Set([...decodeJournal(here), ...decodeJournal(arrived)]);
    await file.handle.truncate(0);
    await file.handle.write(Buffer.concat([...ids].map(encodeJournalEntry)), 0, undefined, 0);
  }

  /** Shards of two encodings under one name would be taken for shards of one volume. */
  async #refuseOtherEncoding(): Promise<void> {
    const info = this.#staged.get(INFO_EXTENSION);
    if (info === undefined) return;
    const hereTsNs = await readEncodeTs(this.#directory, this.#name);
    const arrivedTsNs = encodeTsOf(await readFileIfThere(info.path + STAGED_SUFFIX));
    if (hereTsNs === 0n || arrivedTsNs === 0n || hereTsNs === arrivedTsNs) return;
    const replaced = new Set([...this.#staged.keys()].map(parseShardExtension));
    const kept = [...(await findShardSet(this.#directory, this.#name)).shards.keys()].filter((id) => !replaced.has(id));
    if (kept.length === 0) return;
    throw new VolumeError(
      'invalid-argument',
      `shards ${kept.join(' ')} of volume ${this.#name.volumeId} in ${this.#directory.path} are of another encoding`,
    );
  }

  async #nameFiles(extensions: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const extension of extensions) {
      const file = this.#staged.get(extension);
      if (file === undefined) continue;
      await rename(file.path + STAGED_SUFFIX, file.path);
      folders.add(dirname(file.path));
    }
    for (const folder of folders) await syncDirectory(folder);
  }

  async #closeAll(synced: boolean): Promise<void> {
    for (const { handle } of this.#staged.values()) {
      if (handle.fd < 0) continue;
      if (synced) await handle.sync();
      await handle.close();
    }
  }
}

function encodeTsOf(content: Buffer | undefined): bigint {
  try {
    return content === undefined || content.length === 0
      ? 0n
      : (decodeVolumeInfo(content.toString()).ecShardConfig?.encodeTsNs ?? 0n);
  } catch (error) {
    if (error instanceof FormatError) return 0n;
    throw error;
  }
}
