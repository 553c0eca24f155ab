import { headerValue, type RequestHeaders } from '@needlestack/s3-protocol';

/** Whether the request asks to pass GOVERNANCE retention. That its caller may, was decided when it was authorized. */
export const asksGovernanceBypass = (headers: RequestHeaders): boolean =>
  headerValue(headers, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
