import {
  type DeletedEntry,
  type DeleteFailure,
  type ObjectToDelete,
  parseDeleteObjects,
  S3Error,
  validateKey,
  writeDeleteResult,
} from '@needlestack/s3-protocol';
import type { DeleteOutcome } from '@needlestack/service-contracts';
import { asksGovernanceBypass } from '../../core/governance-bypass.ts';
import { judgeKeys } from '../access/authorize-exchange.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';
import { fromCatalogText } from '../to-s3-error.ts';
import { refuseUnservedCondition } from './delete-object.ts';

/** DeleteObjects: the action is checked for each key, and each key has its own outcome. */
export const deleteObjects = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bypassGovernance = asksGovernanceBypass(exchange.headers);
  await requireBucket(exchange, context);
  const document = parseDeleteObjects(await readDocument(exchange, { requiresDigest: true }));
  const refused = new Map<ObjectToDelete, DeleteFailure>();
  const mayDelete = await judgeKeys(exchange, 'DeleteObjects', context);
  for (const object of document.objects) {
    const isAllowed = mayDelete === 'all' || (await mayDelete(object));
    const failure = isAllowed ? checkObject(context, object) : denied(object);
    if (failure !== undefined) refused.set(object, failure);
  }
  const wanted = document.objects.filter((object) => !refused.has(object));
  const outcomes =
    wanted.length === 0
      ? []
      : await context.catalog.deleteObjects({
          bucket: exchange.bucket,
          objects: wanted,
          ...(bypassGovernance ? { bypassGovernance } : undefined),
          event: exchange.eventContext('ObjectRemoved:Delete'),
        });
  const deleted: DeletedEntry[] = [];
  const failures: DeleteFailure[] = [...refused.values()];
  for (const [index, object] of wanted.entries()) {
    const outcome = outcomes[index];
    if (outcome?.ok === true) deleted.push(describeDeletion(object, outcome));
    else failures.push(describeFailure(object, outcome));
  }
  logKeys(exchange, deleted, failures);
  sendXml(exchange, context, 200, writeDeleteResult(document.isQuiet ? [] : deleted, failures));
};

/** Each key is a line of its own in the access log. */
const logKeys = ({ log }: S3Exchange, deleted: readonly DeletedEntry[], failures: readonly DeleteFailure[]): void => {
  if (log === undefined) return;
  for (const { key, versionId } of deleted) log.keys.push({ key, versionId, status: 204, errorCode: undefined });
  for (const { key, versionId, code } of failures) log.keys.push({ key, versionId, status: 403, errorCode: code });
};

const denied = ({ key, versionId }: ObjectToDelete): DeleteFailure => ({
  key,
  versionId,
  code: 'AccessDenied',
  message: 'Access Denied',
});

const checkObject = (context: GatewayContext, object: ObjectToDelete): DeleteFailure | undefined => {
  const { key, versionId } = object;
  try {
    validateKey(key);
    refuseUnservedCondition(context, object.condition);
    return undefined;
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return { key, versionId, code: error.code, message: error.message };
  }
};

const describeDeletion = (object: ObjectToDelete, outcome: DeleteOutcome & { readonly ok: true }): DeletedEntry => ({
  key: object.key,
  versionId: object.versionId,
  deleteMarkerVersionId: outcome.isDeleteMarker === true ? (outcome.versionId ?? 'null') : undefined,
});

const describeFailure = (object: ObjectToDelete, outcome: DeleteOutcome | undefined): DeleteFailure => {
  const error = outcome?.ok === false ? fromCatalogText(outcome.code, outcome.message) : new S3Error('InternalError');
  return { key: object.key, versionId: object.versionId, code: error.code, message: error.message };
};
