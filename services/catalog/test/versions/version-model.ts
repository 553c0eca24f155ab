/**
 * What S3 says of versions, straight from its definition and without a thought for speed: the catalog is compared with this. Versions of
 * a key stand newest first. Ids are the catalog's; `null` versions have none of their own.
 */
import type { ObjectLock, Retention } from '@needlestack/service-contracts';

export interface ModelVersion {
  readonly id: string;
  readonly isMarker: boolean;
  readonly sizeBytes: number;
  readonly etag: string;
  tags: Readonly<Record<string, string>>;
  lock: ObjectLock | undefined;
}

export type Refusal = 'PreconditionFailed' | 'NoSuchKey' | 'NoSuchVersion' | 'ObjectLocked' | 'MethodNotAllowed';

export interface ListedEntry {
  readonly key: string;
  readonly id: string;
  readonly isMarker: boolean;
  readonly isLatest: boolean;
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export class VersionModel {
  versioning: 'Off' | 'Enabled' | 'Suspended' = 'Off';
  readonly hasLock: boolean;
  nowMs: number;
  readonly #keys = new Map<string, ModelVersion[]>();

  constructor(hasLock: boolean, nowMs: number) {
    this.hasLock = hasLock;
    this.nowMs = nowMs;
    if (hasLock) this.versioning = 'Enabled';
  }

  versionsOf(key: string): ModelVersion[] {
    return this.#keys.get(key) ?? [];
  }

  newest(key: string): ModelVersion | undefined {
    return this.versionsOf(key)[0];
  }

  current(key: string): ModelVersion | undefined {
    const newest = this.newest(key);
    return newest?.isMarker === true ? undefined : newest;
  }

  checkPut(key: string, condition: 'none' | 'absent' | 'present' | 'etag', etag: string): Refusal | undefined {
    const current = this.current(key);
    if (condition === 'absent') return current === undefined ? undefined : 'PreconditionFailed';
    if (condition === 'none') return undefined;
    if (current === undefined) return 'NoSuchKey';
    return condition === 'etag' && current.etag !== etag ? 'PreconditionFailed' : undefined;
  }

  add(key: string, version: ModelVersion): void {
    const others = this.versionsOf(key).filter(({ id }) => this.versioning === 'Enabled' || id !== 'null');
    this.#keys.set(key, [version, ...(this.versioning === 'Off' ? [] : others)]);
  }

  /** The whole key goes, as in a bucket that never had versions. */
  forget(key: string): void {
    this.#keys.delete(key);
  }

  checkRemoval(version: ModelVersion, bypass: boolean): Refusal | undefined {
    const { lock } = version;
    if (lock?.legalHold === true) return 'ObjectLocked';
    if (lock?.mode === undefined || (lock.retainUntilMs ?? 0) <= this.nowMs) return undefined;
    return lock.mode === 'GOVERNANCE' && bypass ? undefined : 'ObjectLocked';
  }

  remove(key: string, id: string): void {
    const left = this.versionsOf(key).filter((version) => version.id !== id);
    if (left.length === 0) this.#keys.delete(key);
    else this.#keys.set(key, left);
  }

  checkRetention(version: ModelVersion, retention: Retention | undefined, bypass: boolean): Refusal | undefined {
    const { lock } = version;
    if (lock?.mode === undefined || lock.retainUntilMs === undefined || lock.retainUntilMs <= this.nowMs)
      return undefined;
    if (lock.mode === 'GOVERNANCE' && bypass) return undefined;
    const isLonger = retention?.mode === lock.mode && retention.retainUntilMs >= lock.retainUntilMs;
    return isLonger ? undefined : 'ObjectLocked';
  }

  keys(): string[] {
    return [...this.#keys.keys()].sort(byBytes);
  }

  usage(): { objects: number; bytes: number } {
    const objects = [...this.#keys.values()].flat().filter(({ isMarker }) => !isMarker);
    return { objects: objects.length, bytes: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  /** Everything that a listing of versions shows, in order. */
  list(prefix: string, delimiter: string): { entries: ListedEntry[]; commonPrefixes: string[] } {
    const entries: ListedEntry[] = [];
    const commonPrefixes = new Set<string>();
    for (const key of this.keys().filter((name) => name.startsWith(prefix))) {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (at !== -1) commonPrefixes.add(key.slice(0, at + delimiter.length));
      else
        for (const [i, { id, isMarker }] of this.versionsOf(key).entries())
          entries.push({ key, id, isMarker, isLatest: i === 0 });
    }
    return { entries, commonPrefixes: [...commonPrefixes] };
  }
}
