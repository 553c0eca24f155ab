import {
  decodeAcl,
  isPolicyPublic,
  NO_PUBLIC_ACCESS_BLOCK,
  type PublicAccessBlock,
  parseBucketPolicy,
} from '@needlestack/access-control';
import {
  ABAC_STATUS,
  MAX_BUCKET_TAGS,
  OWNERSHIP_CONTROLS,
  PUBLIC_ACCESS_BLOCK_CONFIGURATION,
  parseTagging,
  REQUEST_PAYMENT_CONFIGURATION,
} from '@needlestack/s3-protocol';
import { type Bucket, type BucketConfigKind, type CatalogPort, hasBucketConfig } from '@needlestack/service-contracts';
import type { BucketAccess, BucketAccessDirectory } from '../core/access/bucket-access.ts';
import { decodeStoredPolicy } from '../core/access/stored-policy.ts';
import { BUCKET_ACCESS_TTL_MS, MAX_REMEMBERED_ACCOUNTS, MAX_REMEMBERED_BUCKETS } from '../core/limits.ts';

interface Remembered<Value> {
  readonly value: Value;
  /** Until when it is believed where the catalog is another process. */
  readonly untilMs: number;
}

type Catalog = Pick<CatalogPort, 'getBucket' | 'getBucketConfig' | 'getAccountConfig'>;

/**
 * What decides about buckets, compiled once for each revision of a bucket's configurations. Where the catalog lies in this process, its
 * bucket row is asked for every time and costs a look into a map; where it is another process, a row is believed for a second.
 */
export class BucketAccessCache implements BucketAccessDirectory {
  readonly #catalog: Catalog;
  readonly #nowMs: () => number;
  readonly #tagsAlwaysCount: boolean;
  readonly #buckets = new Map<string, Remembered<BucketAccess>>();
  readonly #accounts = new Map<string, Remembered<PublicAccessBlock>>();

  /** @param options.tagsAlwaysCount also at buckets without PutBucketAbac */
  constructor(options: {
    readonly catalog: Catalog;
    readonly nowMs: () => number;
    readonly tagsAlwaysCount?: boolean;
  }) {
    this.#catalog = options.catalog;
    this.#nowMs = options.nowMs;
    this.#tagsAlwaysCount = options.tagsAlwaysCount === true;
  }

  find(name: string): BucketAccess | undefined | Promise<BucketAccess | undefined> {
    const known = this.#buckets.get(name);
    if (known !== undefined && known.untilMs > this.#nowMs()) return known.value;
    const found = this.#catalog.getBucket(name);
    if (found instanceof Promise) {
      return found.then((bucket) => this.#describe(bucket, known?.value, this.#nowMs() + BUCKET_ACCESS_TTL_MS));
    }
    return this.#describe(found, known?.value, 0);
  }

  #describe(
    bucket: Bucket | undefined,
    known: BucketAccess | undefined,
    untilMs: number,
  ): BucketAccess | undefined | Promise<BucketAccess | undefined> {
    if (bucket === undefined) return undefined;
    if (known !== undefined) {
      if (known.bucket === bucket) return known;
      if (known.bucket.bucketId === bucket.bucketId && known.bucket.configRevision === bucket.configRevision) {
        return this.#remember(known.bucket === bucket ? known : { ...known, bucket }, untilMs);
      }
    }
    if (bucket.configBits === 0) return this.#remember({ ...NOTHING_SET, bucket }, untilMs);
    return this.#load(bucket).then((access) => this.#remember(access, untilMs));
  }

  #remember(access: BucketAccess, untilMs: number): BucketAccess {
    if (this.#buckets.size >= MAX_REMEMBERED_BUCKETS) this.#buckets.clear();
    this.#buckets.set(access.bucket.name, { value: access, untilMs });
    return access;
  }

  async #load(bucket: Bucket): Promise<BucketAccess> {
    const read = async <Value>(
      kind: BucketConfigKind,
      decode: (bytes: Uint8Array) => Value,
    ): Promise<Value | undefined> => {
      if (!hasBucketConfig(bucket, kind)) return undefined;
      const bytes = await this.#catalog.getBucketConfig(bucket.name, kind);
      return bytes === undefined ? undefined : decode(bytes);
    };
    const stored = await read('policy', decodeStoredPolicy);
    const policy =
      stored === undefined ? undefined : parseBucketPolicy(stored.text, { bucket: bucket.name, isLenient: true });
    const ownership = await read('ownership', (bytes) => OWNERSHIP_CONTROLS.parse(bytes));
    const abac = await read('abac', (bytes) => ABAC_STATUS.parse(bytes));
    const payment = await read('request-payment', (bytes) => REQUEST_PAYMENT_CONFIGURATION.parse(bytes));
    return {
      bucket,
      policy,
      isPolicyPublic: policy !== undefined && isPolicyPublic(policy),
      bindsOwnerRoot: stored?.bindsOwnerRoot === true,
      ownership: ownership?.rules[0]?.objectOwnership,
      acl: await read('acl', decodeAcl),
      block: (await read('public-access-block', readBlock)) ?? NO_PUBLIC_ACCESS_BLOCK,
      requesterPays: payment?.payer === 'Requester',
      tags: this.#tagsAlwaysCount || abac?.status === 'Enabled' ? ((await read('tagging', readTags)) ?? {}) : undefined,
    };
  }

  accountBlock(accountId: string): PublicAccessBlock | Promise<PublicAccessBlock> {
    const known = this.#accounts.get(accountId);
    if (known !== undefined && known.untilMs > this.#nowMs()) return known.value;
    return this.#loadAccount(accountId);
  }

  async #loadAccount(accountId: string): Promise<PublicAccessBlock> {
    const bytes = await this.#catalog.getAccountConfig(accountId, 'public-access-block');
    const value = bytes === undefined ? NO_PUBLIC_ACCESS_BLOCK : readBlock(bytes);
    if (this.#accounts.size >= MAX_REMEMBERED_ACCOUNTS) this.#accounts.clear();
    this.#accounts.set(accountId, { value, untilMs: this.#nowMs() + BUCKET_ACCESS_TTL_MS });
    return value;
  }

  forget(bucket: string): void {
    this.#buckets.delete(bucket);
  }

  forgetAccount(accountId: string): void {
    this.#accounts.delete(accountId);
  }
}

const NOTHING_SET: Omit<BucketAccess, 'bucket'> = {
  policy: undefined,
  isPolicyPublic: false,
  bindsOwnerRoot: false,
  ownership: undefined,
  acl: undefined,
  block: NO_PUBLIC_ACCESS_BLOCK,
  requesterPays: false,
  tags: undefined,
};

const readBlock = (bytes: Uint8Array): PublicAccessBlock => PUBLIC_ACCESS_BLOCK_CONFIGURATION.parse(bytes);
const readTags = (bytes: Uint8Array): Readonly<Record<string, string>> => parseTagging(bytes, MAX_BUCKET_TAGS);
