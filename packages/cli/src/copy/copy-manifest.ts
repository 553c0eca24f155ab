import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DirectoryHeldError, type HeldDirectory, holdDirectory } from '@needlestack/service-kit';

/** What the copy has put at the target and compared there. */
export interface ConfirmedObject {
  readonly key: string;
  /** The version at the source that was copied. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** Of the bytes, base64. */
  readonly crc32c: string;
}

const FILE_NAME = 'confirmed.log';
const FORMAT = 1;
const DIGEST_CHARACTERS = 16;

interface Line {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The memory of a copy, in a directory of its own, so that a run that was killed goes on where it was:
 *
 * - M1 `confirmed.log` begins with a line that names source and target; a manifest of another copy is refused.
 * - M2 each further line is an object, with a digest of the line before it. What follows a line that does not fit its digest is cut off
 *   when the manifest is opened: it was torn by the kill, and its object is copied again.
 * - M3 an object counts as confirmed once its line is on stable storage, never before. Lines that come together are synced together.
 * - M4 one process holds the directory.
 */
export class CopyManifest {
  readonly #file: FileHandle;
  readonly #hold: HeldDirectory;
  /** What earlier runs have confirmed, by key; the listing passes each once and takes it out. */
  readonly #earlier: Map<string, string>;
  #pending: Line[] = [];
  #writing: Promise<void> | undefined;
  #failure: unknown;

  /**
   * Opens or makes the manifest.
   * @param identity source and target, as text
   * @throws Error when it is of another copy, in use, or cannot be read
   */
  static async open(directory: string, identity: string): Promise<CopyManifest> {
    await mkdir(directory, { recursive: true });
    const hold = holdOrExplain(directory);
    let file: FileHandle | undefined;
    try {
      file = await open(join(directory, FILE_NAME), 'a+');
      const { earlier, endBytes } = readLines(await file.readFile('utf8'), identity, directory);
      await file.truncate(endBytes);
      const manifest = new CopyManifest(file, hold, earlier);
      if (endBytes === 0) await manifest.#append(JSON.stringify({ needlestackCopy: FORMAT, identity }));
      await syncDirectories(directory);
      return manifest;
    } catch (error) {
      await file?.close();
      hold.release();
      throw error;
    }
  }

  private constructor(file: FileHandle, hold: HeldDirectory, earlier: Map<string, string>) {
    this.#file = file;
    this.#hold = hold;
    this.#earlier = earlier;
  }

  /** Objects that earlier runs have confirmed and that the listing has not passed yet. */
  get earlierCount(): number {
    return this.#earlier.size;
  }

  /** Whether an earlier run has confirmed this version of the object. To be asked once for each key. */
  takeConfirmed(key: string, etag: string): boolean {
    const known = this.#earlier.get(key);
    if (known !== undefined) this.#earlier.delete(key);
    return known === etag;
  }

  /** Resolves when the object is on the record for good. */
  confirm({ key, etag, sizeBytes, crc32c }: ConfirmedObject): Promise<void> {
    return this.#append(JSON.stringify([key, etag, sizeBytes, crc32c]));
  }

  async close(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    await this.#file.close();
    this.#hold.release();
  }

  #append(content: string): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#pending.push({ text: `${digestOf(content)} ${content}\n`, resolve, reject });
      this.#writing ??= this.#writePending().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async #writePending(): Promise<void> {
    while (this.#pending.length > 0) {
      const lines = this.#pending;
      this.#pending = [];
      try {
        await this.#file.appendFile(lines.map(({ text }) => text).join(''));
        await this.#file.datasync();
        for (const { resolve } of lines) resolve();
      } catch (error) {
        // After a failed sync nobody knows what the disk holds: nothing more is confirmed.
        this.#failure = error;
        for (const { reject } of [...lines, ...this.#pending.splice(0)]) reject(error);
        return;
      }
    }
  }
}

function holdOrExplain(directory: string): HeldDirectory {
  try {
    return holdDirectory(directory);
  } catch (error) {
    if (!(error instanceof DirectoryHeldError) || !error.isInUse) throw error;
    throw new Error(`another copy is running with the manifest ${directory}`, { cause: error });
  }
}

function readLines(
  text: string,
  identity: string,
  directory: string,
): { readonly earlier: Map<string, string>; readonly endBytes: number } {
  const earlier = new Map<string, string>();
  let endBytes = 0;
  let isFirst = true;
  for (let at = 0, end = text.indexOf('\n'); end >= 0; at = end + 1, end = text.indexOf('\n', at)) {
    const line = text.slice(at, end);
    const content = line.slice(DIGEST_CHARACTERS + 1);
    if (line.slice(0, DIGEST_CHARACTERS) !== digestOf(content)) break;
    const value: unknown = JSON.parse(content);
    if (isFirst) checkHead(value, identity, directory);
    else if (Array.isArray(value)) earlier.set(String(value[0]), String(value[1]));
    isFirst = false;
    endBytes += Buffer.byteLength(line) + 1;
  }
  if (isFirst && text.includes('\n')) throw new Error(`${join(directory, FILE_NAME)} is not a manifest of a copy`);
  return { earlier, endBytes };
}

function checkHead(head: unknown, identity: string, directory: string): void {
  const isHead = typeof head === 'object' && head !== null && 'needlestackCopy' in head && 'identity' in head;
  if (!isHead || head.needlestackCopy !== FORMAT) {
    throw new Error(`${join(directory, FILE_NAME)} is not a manifest of this version`);
  }
  if (head.identity === identity) return;
  throw new Error(`the manifest ${directory} is of another copy: ${String(head.identity)}, not ${identity}`);
}

function digestOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, DIGEST_CHARACTERS);
}

async function syncDirectories(directory: string): Promise<void> {
  for (const path of [directory, dirname(directory)]) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
