/** What a bucket is, said as plainly as possible: lists of versions by key, newest first. */
export interface ModelVersion {
  /** As the store named it. */
  readonly versionId: string;
  /** Undefined: a delete marker. */
  readonly body: string | undefined;
  /** Quoted; empty for a marker. */
  readonly etag: string;
  readonly contentType: string;
  tags: Readonly<Record<string, string>>;
  /** Value of x-amz-meta-note, empty without. */
  readonly note: string;
  lock: ModelLock;
}

export interface ModelLock {
  readonly mode?: 'GOVERNANCE' | 'COMPLIANCE';
  /** As it was sent; always in the future of the run. */
  readonly until?: string;
  readonly isHeld?: boolean;
}

export interface ModelUpload {
  readonly key: string;
  readonly contentType: string;
  readonly parts: Map<number, { readonly body: string; readonly etag: string }>;
}

/** Order of UTF-8, which is not that of UTF-16. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

export type VersioningState = 'Off' | 'Enabled' | 'Suspended';

export class BucketModel {
  readonly versions = new Map<string, ModelVersion[]>();
  /** By upload id. */
  readonly uploads = new Map<string, ModelUpload>();
  /** Made with object lock. */
  readonly hasLock: boolean;
  state: VersioningState;

  constructor(hasLock = false) {
    this.hasLock = hasLock;
    this.state = hasLock ? 'Enabled' : 'Off';
  }

  current(key: string): ModelVersion | undefined {
    return this.versions.get(key)?.[0];
  }

  /** The current object; a marker counts as none. */
  object(key: string): (ModelVersion & { readonly body: string }) | undefined {
    const version = this.current(key);
    return version?.body === undefined ? undefined : { ...version, body: version.body };
  }

  find(key: string, versionId: string): ModelVersion | undefined {
    return this.versions.get(key)?.find((version) => version.versionId === versionId);
  }

  /** A write, or a marker: on top, in place of the null version unless versioning is enabled. */
  add(key: string, version: ModelVersion): void {
    const kept = (this.versions.get(key) ?? []).filter(
      ({ versionId }) => this.state === 'Enabled' || versionId !== 'null',
    );
    this.versions.set(key, [version, ...kept]);
  }

  remove(key: string, versionId: string): ModelVersion | undefined {
    const removed = this.find(key, versionId);
    const rest = (this.versions.get(key) ?? []).filter((version) => version !== removed);
    if (rest.length === 0) this.versions.delete(key);
    else this.versions.set(key, rest);
    return removed;
  }

  /** Whether the version may not be removed. */
  isLocked({ lock }: ModelVersion, bypass: boolean): boolean {
    if (lock.isHeld === true) return true;
    return lock.mode === 'COMPLIANCE' || (lock.mode === 'GOVERNANCE' && !bypass);
  }

  /** Keys in the order of their bytes. */
  keys(): string[] {
    return [...this.versions.keys()].sort(byBytes);
  }

  /** What a listing of current objects holds. */
  list(prefix: string, delimiter: string): { readonly keys: readonly string[]; readonly prefixes: readonly string[] } {
    const keys: string[] = [];
    const prefixes = new Set<string>();
    for (const key of this.keys()) {
      if (!key.startsWith(prefix) || this.object(key) === undefined) continue;
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (at < 0) keys.push(key);
      else prefixes.add(key.slice(0, at + delimiter.length));
    }
    return { keys, prefixes: [...prefixes] };
  }

  /** What a listing of versions holds, as `kind key id latest`. */
  listVersions(
    prefix: string,
    delimiter: string,
  ): { readonly versions: readonly string[]; readonly prefixes: readonly string[] } {
    const versions: string[] = [];
    const prefixes = new Set<string>();
    for (const key of this.keys()) {
      if (!key.startsWith(prefix)) continue;
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (at >= 0) prefixes.add(key.slice(0, at + delimiter.length));
      else
        for (const [index, { versionId, body }] of (this.versions.get(key) ?? []).entries())
          versions.push(`${body === undefined ? 'marker' : 'version'} ${key} ${versionId} ${index === 0}`);
    }
    return { versions, prefixes: [...prefixes] };
  }
}
