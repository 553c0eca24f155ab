/**
 * Whether a bucket policy is public, as S3 defines it: a statement lets everyone do something, and no condition of it ties the
 * caller to fixed values.
 */
import type { Condition } from './condition.ts';
import { parseIpRange } from './ip-range.ts';
import type { Policy, Statement } from './policy.ts';
import { hasWildcard } from './wildcard.ts';

/** Keys that say who calls, from where, on whose behalf; s3:x-amz-server-side-encryption-aws-kms-key-id is of S3's own list. */
const TYING_KEYS: ReadonlySet<string> = new Set(
  `aws:principalorgid aws:principalorgpaths aws:principalaccount aws:principalarn aws:sourceaccount aws:sourcearn aws:sourceip
  aws:sourceowner aws:sourcevpc aws:sourcevpce aws:sourceorgid aws:sourceorgpaths aws:userid aws:username s3:dataaccesspointaccount
  s3:dataaccesspointarn s3:x-amz-server-side-encryption-aws-kms-key-id`.split(/\s+/),
);
const TYING_OPERATORS: ReadonlySet<string> = new Set(
  'stringequals stringequalsignorecase stringlike arnequals arnlike ipaddress'.split(' '),
);
/** Wider ranges are as good as everyone. */
const NARROWEST_PUBLIC_V4_BITS = 8;
const NARROWEST_PUBLIC_V6_BITS = 32;

export const isPolicyPublic = (policy: Policy): boolean => policy.statements.some(isStatementPublic);

const isStatementPublic = (statement: Statement): boolean => {
  if (statement.effect !== 'Allow' || statement.principals === undefined) return false;
  return statement.principals.set.isEveryone && !statement.conditions.some(tiesCaller);
};

const tiesCaller = (condition: Condition): boolean => {
  const { operator, set, ifExists, key, values } = condition;
  if (operator === 'null' || operator.isNegated || ifExists || set === 'all' || !TYING_KEYS.has(key)) return false;
  const name = condition.operatorName.toLowerCase().replace(/^foranyvalue:/, '');
  if (!TYING_OPERATORS.has(name)) return false;
  return values.every((value) => value.kind === 'fixed' && isFixedValue(key, name, value.source));
};

const isFixedValue = (key: string, operator: string, value: string): boolean => {
  if (operator === 'ipaddress') {
    const range = parseIpRange(value);
    if (range === undefined) return false;
    return range.isV4
      ? range.prefixBits - 96 >= NARROWEST_PUBLIC_V4_BITS
      : range.prefixBits >= NARROWEST_PUBLIC_V6_BITS;
  }
  if (!hasWildcard(value)) return true;
  // An ARN whose account is given is fixed enough, whatever follows; so are all sessions of one role.
  if (key === 'aws:sourcearn' || key === 'aws:principalarn')
    return !hasWildcard(value.split(':')[4] ?? '*') && (value.split(':')[4] ?? '') !== '';
  return key === 'aws:userid' && /^[^*?]+:\*$/.test(value);
};
