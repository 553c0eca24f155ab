import { ANONYMOUS, type Principal } from '@needlestack/access-control';
import {
  checkPostPolicy,
  type FileBounds,
  type FormFields,
  parseFormClaim,
  parsePostPolicy,
  S3Error,
  verifyFormSignature,
} from '@needlestack/s3-protocol';
import type { GatewayContext } from '../gateway-context.ts';

/** Whoever signed the form's policy, and what it allows the file to be. */
export interface FormCaller {
  readonly principal: Principal;
  readonly bounds: FileBounds;
}

const ANY_FILE: FileBounds = { minBytes: 0, maxBytes: Number.POSITIVE_INFINITY };

/**
 * @param fields with the bucket, and with the file's name in the key
 * @throws S3Error as parseFormClaim, verifyFormSignature, parsePostPolicy and checkPostPolicy; `InvalidAccessKeyId`, `InvalidToken`
 */
export const authenticateForm = async (fields: FormFields, context: GatewayContext): Promise<FormCaller> => {
  const { identities, region, compatibility, signingKeys, nowMs } = context;
  const claim = parseFormClaim(fields, { region, takesVersion2: compatibility.has('sigv2') });
  if (claim === undefined) return { principal: ANONYMOUS, bounds: ANY_FILE };
  const { accessKeyId, securityToken } = claim;
  const accessKey = identities.find(accessKeyId) ?? (await identities.lookup(accessKeyId));
  if (accessKey === undefined) throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } });
  if (securityToken !== undefined) throw new S3Error('InvalidToken');
  verifyFormSignature(claim, accessKey.secretAccessKey, signingKeys);
  return { principal: accessKey.principal, bounds: checkPostPolicy(parsePostPolicy(claim.policy), fields, nowMs()) };
};
