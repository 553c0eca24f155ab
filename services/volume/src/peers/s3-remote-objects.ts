import { S3Storage } from '@needlestack/object-storage';
import { VolumeError } from '@needlestack/service-contracts';
import type { RemoteObject, RemoteObjects } from '../core/tiering/remote-ports.ts';
import { guardedLookup, objectionToHost } from './address-policy.ts';

/** Kinds of stores that speak S3. */
const S3_TYPES: ReadonlySet<string> = new Set([
  's3',
  'wasabi',
  'backblaze',
  'aliyun',
  'tencent',
  'baidu',
  'filebase',
  'storj',
  'contabo',
]);

const STRANGER = { allowsPrivate: false } as const;

/** Objects of stores that callers name and that speak S3, with a client for each call: their keys come with the call. */
export class S3RemoteObjects implements RemoteObjects {
  readonly #allowsUntrusted: boolean;

  /** `allowsUntrusted` lets callers name stores on this machine and its own network. */
  constructor(allowsUntrusted: boolean) {
    this.#allowsUntrusted = allowsUntrusted;
  }

  async read(object: RemoteObject, offsetBytes: number, lengthBytes: number, signal: AbortSignal): Promise<Buffer> {
    const store = this.#open(object);
    try {
      return await store.getRange(object.path.replace(/^\//, ''), offsetBytes, offsetBytes + lengthBytes, { signal });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const { bucket, path } = object;
      throw new VolumeError('unreachable', `read from remote bucket:${bucket} path:${path}: ${why}`, { cause: error });
    } finally {
      store.close();
    }
  }

  #open({ type, endpoint, region, accessKey, secretKey, pathStyle, bucket }: RemoteObject): S3Storage {
    if (!S3_TYPES.has(type)) {
      throw new VolumeError('invalid-argument', `get remote client: remote storage type ${type} not found`);
    }
    if (!this.#allowsUntrusted) this.#checkEndpoint(endpoint);
    try {
      return new S3Storage({
        bucket,
        region,
        pathStyle,
        ...(endpoint === '' ? {} : { endpoint }),
        ...(accessKey === '' ? {} : { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }),
        ...(this.#allowsUntrusted ? {} : { lookup: guardedLookup(STRANGER), followsRedirects: false }),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new VolumeError('invalid-argument', `get remote client: ${why}`, { cause: error });
    }
  }

  #checkEndpoint(endpoint: string): void {
    const url = URL.parse(endpoint);
    const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
    const objection =
      endpoint === ''
        ? 'is empty'
        : url === null || !isHttp || url.hostname === ''
          ? 'must use http or https'
          : objectionToHost(url.hostname, STRANGER);
    if (objection === undefined) return;
    throw new VolumeError('invalid-argument', `reject remote endpoint: remote endpoint "${endpoint}" ${objection}`);
  }
}
