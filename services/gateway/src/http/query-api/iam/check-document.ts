/** Documents of IAM as they come: read in full before they are kept. */
import { type ParsePolicyOptions, parsePolicy } from '@needlestack/access-control';
import { STORED_POLICY_BYTES_MAX } from '../../../core/limits.ts';
import { QueryError } from '../query-error.ts';

const MANAGED_POLICY_LENGTH_MAX = 6_144;
const TRUST_POLICY_LENGTH_MAX = 4_096;

/** @throws PolicyError, which is answered with `MalformedPolicyDocument` */
const checkDocument = (text: string, kind: ParsePolicyOptions['kind'], ignoresPrincipals = false): string => {
  parsePolicy(text, { kind, maxBytes: STORED_POLICY_BYTES_MAX, ignoresPrincipals });
  return text;
};

/** White space does not count. @throws QueryError `LimitExceeded` */
const checkLength = (text: string, limit: number, what: string): void => {
  if (text.replace(/\s+/g, '').length > limit)
    throw new QueryError('LimitExceeded', `Cannot exceed quota for ${what}: ${limit}`);
};

/** Their sizes together are bounded where they are kept. @returns the document */
export const checkInlinePolicy = (text: string, ignoresPrincipals?: boolean): string =>
  checkDocument(text, 'identity', ignoresPrincipals);

/** @returns the document */
export const checkManagedPolicy = (text: string): string => {
  checkLength(text, MANAGED_POLICY_LENGTH_MAX, 'PolicySize');
  return checkDocument(text, 'identity');
};

/** @returns the document */
export const checkTrustPolicy = (text: string): string => {
  checkLength(text, TRUST_POLICY_LENGTH_MAX, 'ACLSizePerRole');
  return checkDocument(text, 'trust');
};
