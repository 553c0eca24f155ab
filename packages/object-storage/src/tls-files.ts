import { readFileSync, statSync } from 'node:fs';
import type { Clock } from './clock.ts';
import { TLS_FILES_CHECK_MS } from './limits.ts';

export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Paths of PEM files; the system's authorities and no client certificate where absent. */
export interface TlsPaths {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Certificates from files, read again when a file has changed. One that cannot be read any more leaves the last ones in place. */
export class TlsFiles {
  readonly #paths: TlsPaths;
  readonly #clock: Clock;
  #material: TlsMaterial;
  #stamp: string;
  #checkedAtMs: number;

  /** @throws the file system's error when a file cannot be read */
  constructor(paths: TlsPaths, clock: Clock) {
    this.#paths = paths;
    this.#clock = clock;
    this.#stamp = stampOf(paths);
    this.#material = readMaterial(paths);
    this.#checkedAtMs = clock.nowMs();
  }

  /** The same object as long as no file has changed. */
  current(): TlsMaterial {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#checkedAtMs < TLS_FILES_CHECK_MS) return this.#material;
    this.#checkedAtMs = nowMs;
    try {
      const stamp = stampOf(this.#paths);
      if (stamp !== this.#stamp) {
        this.#material = readMaterial(this.#paths);
        this.#stamp = stamp;
      }
    } catch {
      // Files are replaced one after the other; the next look finds them whole.
    }
    return this.#material;
  }
}

function stampOf({ ca, cert, key }: TlsPaths): string {
  return [ca, cert, key]
    .map((path) => {
      if (path === undefined) return '';
      const { mtimeMs, size, ino } = statSync(path);
      return `${mtimeMs}/${size}/${ino}`;
    })
    .join(' ');
}

function readMaterial({ ca, cert, key }: TlsPaths): TlsMaterial {
  return {
    ...(ca === undefined ? undefined : { ca: readFileSync(ca) }),
    ...(cert === undefined ? undefined : { cert: readFileSync(cert) }),
    ...(key === undefined ? undefined : { key: readFileSync(key) }),
  };
}
