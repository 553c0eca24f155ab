import { encodeAcl, type Grant } from '@needlestack/access-control';
import { CatalogError, type EventContext } from '@needlestack/service-contracts';
import { type BucketAccess, hasAcls } from '../../core/access/bucket-access.ts';
import type { LogBatch } from '../../core/access-log/access-logs.ts';
import { type LogDestination, nameLogObject } from '../../core/access-log/log-key.ts';
import { LOG_DELIVERY, mayDeliverLogs } from '../../core/access-log/log-permission.ts';
import { digestText } from '../../core/check-digests.ts';
import { discardChunks } from '../bodies/receive-object.ts';
import { chooseEtag, makeDefaultKeys } from '../encryption/object-encryption.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { resolveLogGrants } from './log-grants.ts';

/** A batch that the target does not take any more: it is gone, or its policy has changed. */
export class LogRefusedError extends Error {
  override readonly name = 'LogRefusedError';
}

const CHECKSUM = 'CRC64NVME';

/**
 * Writes the lines of a batch as one object of the target bucket, and says how many it were. The target is asked again: whether it takes
 * lines of a source is decided by what its policy says now.
 *
 * @param unique a text that no other log object of that second has
 */
export const deliverAccessLog = async (batch: LogBatch, unique: string, context: GatewayContext): Promise<number> => {
  const { destination, eventMs } = batch;
  const { target } = destination;
  const access = await context.access.find(target.targetBucket);
  if (access === undefined) throw new LogRefusedError(`the bucket ${target.targetBucket} is gone`);
  const key = nameLogObject(destination, { deliveryMs: context.nowMs(), eventMs }, unique);
  const lines = chooseLines(batch, access, probeKeys(destination, key, context));
  if (lines.length === 0) {
    throw new LogRefusedError(`${target.targetBucket} does not let log delivery write ${key}`);
  }
  const body = Buffer.from(`${lines.join('\n')}\n`);
  const sealed = await makeDefaultKeys(context, access.bucket);
  const upload = context.writer.begin({
    sizeBytes: body.length,
    algorithms: ['MD5', CHECKSUM],
    ...(sealed === undefined ? undefined : { dataKeys: sealed.dataKeys }),
  });
  await upload.write(body);
  const stored = await upload.finish();
  const { ownerId } = access.bucket;
  const grants = hasAcls(access) ? resolveLogGrants(target.targetGrants ?? [], context) : [];
  try {
    await context.catalog.commitObject({
      bucket: target.targetBucket,
      key,
      version: {
        sizeBytes: body.length,
        etag: chooseEtag(digestText(stored.digests, 'MD5', 'hex'), sealed),
        ...(sealed === undefined ? undefined : { encryption: sealed.encryption }),
        systemHeaders: { 'content-type': 'text/plain' },
        userMetadata: {},
        chunks: stored.chunks,
        checksum: { algorithm: CHECKSUM, type: 'FULL_OBJECT', value: digestText(stored.digests, CHECKSUM, 'base64') },
        ownerId,
        ...(grants.length === 0
          ? undefined
          : { acl: encodeAcl({ ownerId, grants: [fullControl(ownerId), ...grants] }) }),
      },
      event: deliveryEvent(unique),
    });
    return lines.length;
  } catch (error) {
    if (error instanceof CatalogError) discardChunks(context, stored.chunks);
    throw error;
  }
};

/** Lines of the sources that the target lets in. */
const chooseLines = ({ lines }: LogBatch, access: BucketAccess, keys: readonly string[]): readonly string[] => {
  const verdicts = new Map<string, boolean>();
  return lines.flatMap(({ source, text }) => {
    let isAllowed = verdicts.get(source.bucket);
    if (isAllowed === undefined) {
      const question = { sourceBucket: source.bucket, sourceAccountId: source.accountId };
      isAllowed = keys.some((key) => mayDeliverLogs(access, { ...question, key }));
      verdicts.set(source.bucket, isAllowed);
    }
    return isAllowed ? [text] : [];
  });
};

/** Keys of which the target must allow one: what is written; for RGW-style clients the bare prefix speaks for all under it. */
export const probeKeys = (
  { target }: Pick<LogDestination, 'target'>,
  key: string,
  { compatibility }: Pick<GatewayContext, 'compatibility'>,
): readonly string[] => (compatibility.has('rgw-logging') ? [key, target.targetPrefix] : [key]);

const fullControl = (accountId: string): Grant => ({
  grantee: { kind: 'account', accountId },
  permission: 'FULL_CONTROL',
});

const deliveryEvent = (requestId: string): EventContext => ({
  eventName: 'ObjectCreated:Put',
  requestId,
  principalId: LOG_DELIVERY.name,
  sourceIpAddress: LOG_DELIVERY.name,
  userAgent: LOG_DELIVERY.name,
});
