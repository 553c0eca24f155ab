import type { ListedVersion, NewObjectVersion, VersionChange } from '@needlestack/service-contracts';
import type { TestCatalog } from '../open-stores.ts';
import { bucketRequest, deleteEvent, makeVersion, putEvent } from '../sample-requests.ts';

let buckets = 0;

/** A bucket with the calls that tests make of it, each short. */
export class TestBucket {
  readonly store: TestCatalog;
  readonly name: string;

  private constructor(store: TestCatalog, name: string) {
    this.store = store;
    this.name = name;
  }

  static async make(store: TestCatalog, versioning: 'Off' | 'Enabled' | 'Suspended' | 'lock'): Promise<TestBucket> {
    buckets += 1;
    const name = `bucket-${buckets}`;
    await store.catalog.createBucket({ ...bucketRequest(name), objectLockEnabled: versioning === 'lock' });
    if (versioning === 'Enabled' || versioning === 'Suspended')
      await store.catalog.putBucketVersioning(name, versioning);
    return new TestBucket(store, name);
  }

  async put(key: string, fields: Partial<NewObjectVersion> = {}): Promise<string> {
    const version = makeVersion(fields);
    return (await this.store.catalog.commitObject({ bucket: this.name, key, version, event: putEvent })).versionId;
  }

  delete(key: string, fields: Partial<Parameters<TestCatalog['catalog']['deleteObject']>[0]> = {}) {
    return this.store.catalog.deleteObject({ bucket: this.name, key, event: deleteEvent, ...fields });
  }

  update(key: string, change: VersionChange, versionId?: string) {
    const named = versionId === undefined ? {} : { versionId };
    return this.store.catalog.updateVersion({ bucket: this.name, key, ...named, change, event: putEvent });
  }

  async lookup(key: string, versionId?: string) {
    return this.store.catalog.lookupObject(this.name, key, versionId);
  }

  /** All versions of keys that begin with a prefix, as far as one page goes. */
  async versions(prefix = ''): Promise<readonly ListedVersion[]> {
    const all = { prefix, delimiter: '', keyMarker: '', versionIdMarker: '', maxKeys: 1000 };
    return (await this.store.catalog.listObjectVersions({ bucket: this.name, ...all })).versions;
  }

  async ids(key: string): Promise<string[]> {
    return (await this.versions()).filter((version) => version.key === key).map(({ versionId }) => versionId);
  }
}

/** Needles on the garbage list, in any order; from now on only new ones are told. */
export async function takeGarbage({ catalog, clock }: TestCatalog): Promise<string[]> {
  const entries = await catalog.listGarbage({ maxEntries: 1000, olderThanMs: -1 });
  await catalog.forgetGarbage(entries.map(({ garbageId }) => garbageId));
  clock.nowMs += 1;
  return entries.flatMap(({ chunks }) => chunks.map(({ needleKey }) => String(needleKey))).sort();
}
