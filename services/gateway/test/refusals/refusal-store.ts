/** A store with something of everything, for requests that must change none of it. */
import { createHash } from 'node:crypto';
import { parseTrustedProxies } from '../../src/core/trusted-proxies.ts';
import { type AccessStore, startAccessStore } from '../support/start-access-store.ts';
import type { Answer, CallOptions } from '../support/test-client.ts';

export interface RefusalStore extends AccessStore {
  /** Of an upload to `bucket/parts`: parts 1 and 2, one byte each. */
  readonly uploadId: string;
  /** Of one to `bucket/summed`, made for CRC32 of the full object. */
  readonly summedUploadId: string;
  /** Of the delete marker of `versions/gone`. */
  readonly markerId: string;
  /** Versions of `locked/governed`, `locked/complied` and `locked/held`. */
  readonly lockedIds: Readonly<Record<'governed' | 'complied' | 'held', string>>;
  readonly etag: string;
}

export const DAY_MS = 86_400_000;
/** Of the reference; one copy moves no more. */
export const COPY_BYTES_MAX = 5 * 1024 ** 3;
export const BODY = 'the body';
export const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

/** A body with its Content-MD5. */
export const proven = (body: string, headers: Readonly<Record<string, string>> = {}): CallOptions => ({
  body,
  headers: { 'content-md5': createHash('md5').update(body).digest('base64'), ...headers },
});

const VERSIONS_ON = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
const ANY_OWNER = '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>';
const RETAINED = inDays(3);

export const startRefusalStore = async (): Promise<RefusalStore> => {
  const access = await startAccessStore([], { trustedProxies: parseTrustedProxies(['127.0.0.1']) });
  const made = async (method: string, path: string, options?: CallOptions): Promise<Answer> => {
    const answer = await access.root.call(method, path, options);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer;
  };
  for (const bucket of ['bucket', 'versions', 'shared', 'other']) await made('PUT', `/${bucket}`);
  const { headers } = await made('PUT', '/bucket/key', { body: BODY });
  await made('PUT', '/bucket/empty');
  await made('PUT', '/bucket/sealed', { body: BODY, headers: { 'x-amz-server-side-encryption': 'AES256' } });
  // Larger than one copy may be; nobody reads its bytes, so it has none, and lies plain.
  await access.store.catalog.commitObject({
    bucket: 'bucket',
    key: 'huge',
    version: {
      sizeBytes: COPY_BYTES_MAX + 1,
      etag: '0'.repeat(32),
      systemHeaders: {},
      userMetadata: {},
      chunks: [],
      ownerId: '000000000000',
    },
    event: { eventName: 'ObjectCreated:Put', requestId: '', principalId: '', sourceIpAddress: '', userAgent: '' },
  });
  await made('PUT', '/versions', { query: 'versioning', body: VERSIONS_ON });
  for (const body of ['old', 'new']) await made('PUT', '/versions/key', { body });
  await made('PUT', '/versions/gone', { body: BODY });
  const marker = await made('DELETE', '/versions/gone');
  await made('PUT', '/shared', { query: 'ownershipControls', body: ANY_OWNER });
  await made('PUT', '/locked', { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
  const lock = async (key: string, lockHeaders: Record<string, string>): Promise<string> =>
    `${(await made('PUT', `/locked/${key}`, proven(BODY, lockHeaders))).headers['x-amz-version-id']}`;
  const until = { 'x-amz-object-lock-retain-until-date': RETAINED };
  const lockedIds = {
    governed: await lock('governed', { ...until, 'x-amz-object-lock-mode': 'GOVERNANCE' }),
    complied: await lock('complied', { ...until, 'x-amz-object-lock-mode': 'COMPLIANCE' }),
    held: await lock('held', { 'x-amz-object-lock-legal-hold': 'ON' }),
  };
  const begin = async (path: string, uploadHeaders: Record<string, string> = {}): Promise<string> => {
    const begun = await made('POST', path, { query: 'uploads', headers: uploadHeaders });
    return begun.element('UploadId') ?? '';
  };
  const uploadId = await begin('/bucket/parts');
  for (const partNumber of [1, 2]) {
    await made('PUT', '/bucket/parts', { query: `partNumber=${partNumber}&uploadId=${uploadId}`, body: 'x' });
  }
  return {
    ...access,
    uploadId,
    summedUploadId: await begin('/bucket/summed', {
      'x-amz-checksum-algorithm': 'CRC32',
      'x-amz-checksum-type': 'FULL_OBJECT',
    }),
    markerId: `${marker.headers['x-amz-version-id']}`,
    lockedIds,
    etag: `${headers.etag}`,
  };
};
