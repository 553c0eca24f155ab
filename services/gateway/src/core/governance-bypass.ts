import { isActionAllowed, type Principal } from '@needlestack/access-control';
import { headerValue, type RequestHeaders, S3Error } from '@needlestack/s3-protocol';

/** What the decision needs of a request. */
interface BypassRequest {
  readonly headers: RequestHeaders;
  readonly principal: Principal;
  readonly bucket: string;
  readonly key: string;
}

/**
 * Whether the request may pass GOVERNANCE retention, and says so.
 *
 * @throws S3Error `AccessDenied` for a caller that asks without being allowed to
 */
export const readGovernanceBypass = ({ headers, principal, bucket, key }: BypassRequest): boolean => {
  if (headerValue(headers, 'x-amz-bypass-governance-retention')?.toLowerCase() !== 'true') return false;
  if (!isActionAllowed(principal.permissions, 'Admin', bucket, key)) throw new S3Error('AccessDenied');
  return true;
};
