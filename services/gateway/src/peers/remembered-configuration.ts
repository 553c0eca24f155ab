import { type Bucket, type BucketConfigKind, type CatalogPort, hasBucketConfig } from '@needlestack/service-contracts';
import { MAX_REMEMBERED_CONFIGURATIONS } from '../core/limits.ts';
import type { ConfigurationReader } from '../core/ports.ts';

interface Remembered<T> {
  readonly revision: number;
  readonly configuration: T;
}

/**
 * Configurations of one kind, parsed, by bucket: what was made of a configuration is good until the bucket row says that one was
 * changed. A bucket without one costs nothing: its row says so.
 */
export class RememberedConfiguration<T> implements ConfigurationReader<T> {
  readonly #kind: BucketConfigKind;
  readonly #catalog: Pick<CatalogPort, 'getBucketConfig'>;
  readonly #parse: (stored: Uint8Array) => T;
  readonly #byBucketId = new Map<string, Remembered<T>>();

  constructor(kind: BucketConfigKind, catalog: Pick<CatalogPort, 'getBucketConfig'>, parse: (stored: Uint8Array) => T) {
    this.#kind = kind;
    this.#catalog = catalog;
    this.#parse = parse;
  }

  find(bucket: Bucket): T | undefined | Promise<T | undefined> {
    if (!hasBucketConfig(bucket, this.#kind)) return undefined;
    const remembered = this.#byBucketId.get(bucket.bucketId);
    return remembered?.revision === bucket.configRevision ? remembered.configuration : this.#load(bucket);
  }

  async #load({ name, bucketId, configRevision }: Bucket): Promise<T | undefined> {
    const stored = await this.#catalog.getBucketConfig(name, this.#kind);
    if (stored === undefined) return undefined;
    const configuration = this.#parse(stored);
    const oldest = this.#byBucketId.keys().next().value;
    if (this.#byBucketId.size >= MAX_REMEMBERED_CONFIGURATIONS && oldest !== undefined) this.#byBucketId.delete(oldest);
    this.#byBucketId.set(bucketId, { revision: configRevision, configuration });
    return configuration;
  }
}
