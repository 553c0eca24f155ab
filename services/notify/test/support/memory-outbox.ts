/** The change log as an array, behind the same port as the catalog's. */
import { encodeNotificationConfiguration, type NotificationRule } from '@needlestack/event-model';
import type { OutboxPage, OutboxRow } from '@needlestack/service-contracts';
import type { OutboxPort } from '../../src/core/ports.ts';

export class MemoryOutbox implements OutboxPort {
  readonly rows: OutboxRow[] = [];
  readonly cursors = new Map<string, bigint>();
  readonly configs = new Map<string, Uint8Array>();
  reads = 0;
  #wake = Promise.withResolvers<void>();

  /** Sets the rules of a bucket; returns the place of the change. */
  putRules(bucket: string, rules: readonly Partial<NotificationRule>[] | undefined): bigint {
    const configuration =
      rules === undefined
        ? undefined
        : encodeNotificationConfiguration({
            rules: rules.map((rule, index) => ({
              id: `rule-${index}`,
              arn: 'arn:needlestack:sqs::1:webhook',
              targetId: '1:webhook',
              events: ['s3:ObjectCreated:*'],
              ...rule,
            })),
          });
    if (configuration === undefined) this.configs.delete(bucket);
    else this.configs.set(bucket, configuration);
    return this.append(bucket, { kind: 'rules', ...(configuration !== undefined && { configuration }) });
  }

  putObject(bucket: string, key: string, eventName = 'ObjectCreated:Put'): bigint {
    return this.append(bucket, objectChange(key, eventName));
  }

  append(bucket: string, change: OutboxRow['change']): bigint {
    const seq = BigInt(this.rows.length + 1);
    this.rows.push({ seq, atMs: 1_700_000_000_000 + Number(seq), bucket, change });
    const wake = this.#wake;
    this.#wake = Promise.withResolvers();
    wake.resolve();
    return seq;
  }

  async readOutbox(request: Parameters<OutboxPort['readOutbox']>[0]): Promise<OutboxPage> {
    this.reads += 1;
    const { fromSeq, maxRows, waitMs, signal } = request;
    const first = fromSeq < 1n ? 0 : Number(fromSeq) - 1;
    if (first >= this.rows.length && waitMs > 0) await this.#wait(waitMs, signal);
    const rows = this.rows.slice(first, first + maxRows);
    const last = rows.at(-1);
    return { rows, nextSeq: last === undefined ? fromSeq : last.seq + 1n };
  }

  advanceOutboxCursor(consumer: string, seq: bigint): Promise<void> {
    if (seq > (this.cursors.get(consumer) ?? -1n)) this.cursors.set(consumer, seq);
    return Promise.resolve();
  }

  getOutboxCursor(consumer: string): Promise<bigint | undefined> {
    return Promise.resolve(this.cursors.get(consumer));
  }

  listBuckets(): ReturnType<OutboxPort['listBuckets']> {
    const buckets = [...this.configs.keys()].map((name) => ({
      name,
      bucketId: name,
      ownerId: 'owner',
      region: 'us-east-1',
      createdAtMs: 0,
      versioning: 'Off' as const,
      objectLockEnabled: false,
      hasEventRules: true,
      configBits: 1,
      configRevision: 1,
    }));
    return Promise.resolve({ buckets, isTruncated: false });
  }

  getBucketConfig(bucket: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.configs.get(bucket));
  }

  async #wait(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, waitMs);
    signal?.addEventListener('abort', () => over.resolve(), { once: true });
    if (signal?.aborted !== true) await Promise.race([this.#wake.promise, over.promise]);
    clearTimeout(timer);
  }
}

export function objectChange(key: string, eventName = 'ObjectCreated:Put'): OutboxRow['change'] {
  return {
    kind: 'object',
    event: { eventName, requestId: 'REQ', principalId: 'alice', sourceIpAddress: '127.0.0.1', userAgent: 'test' },
    key,
    versionId: 'null',
    sizeBytes: 3,
    etag: 'e',
    contentType: 'text/plain',
    userMetadata: { color: 'red', 'internal-note': 'x' },
    bucketOwnerId: 'owner',
  };
}
