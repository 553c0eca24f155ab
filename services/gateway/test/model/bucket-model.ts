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
}

export type VersioningState = 'Off' | 'Enabled' | 'Suspended';

export class BucketModel {
  readonly versions = new Map<string, ModelVersion[]>();
  state: VersioningState = 'Off';

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

  /** Keys in the order of their bytes. */
  keys(): string[] {
    return [...this.versions.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
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
  listVersions(prefix: string): string[] {
    return this.keys()
      .filter((key) => key.startsWith(prefix))
      .flatMap((key) =>
        (this.versions.get(key) ?? []).map(
          ({ versionId, body }, index) =>
            `${body === undefined ? 'marker' : 'version'} ${key} ${versionId} ${index === 0}`,
        ),
      );
  }
}
