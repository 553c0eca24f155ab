import type { AccessExplanation } from '@needlestack/gateway-service';

/** Why a request is allowed or refused, in words. */
const REASONS: Readonly<Record<AccessExplanation['reason'], string>> = {
  'explicit-deny-of-resource': 'the policy of the bucket denies it',
  'explicit-deny-of-identity': "a policy of the caller's own denies it",
  root: 'the caller is the root of the store, and nothing denies it',
  identity: "the caller's own rights allow it",
  'resource-policy': 'the policy of the bucket allows it',
  acl: 'an ACL grants it',
  'identity-and-resource-policy': "the caller's own rights and the policy of the bucket allow it",
  'identity-and-acl': "the caller's own rights allow it, and an ACL grants it",
  'no-allow-of-identity': "the caller's own rights do not allow it, and the bucket is another account's",
  'no-allow-of-resource': 'neither the policy of the bucket nor an ACL lets callers of other accounts do it',
  'no-allow': "neither the caller's own rights nor the bucket allow it",
  'cut-by-boundary': "the caller's boundary does not allow it",
  'cut-by-session-policy': 'the policy of the session does not allow it',
};

export const renderExplanation = (explanation: AccessExplanation): string => {
  const { isAllowed, reason, action, resource, caller, statement, bucket, objectOwnerId } = explanation;
  const blocked = Object.entries(bucket.block).filter(([, isOn]) => isOn);
  const rows: [string, string][] = [
    ['request', `${action} at ${resource}`],
    ['caller', caller.kind === 'anonymous' ? 'nobody signed' : `${caller.kind} ${caller.name}, ${caller.arn}`],
    ['answer', `${isAllowed ? 'allowed' : 'denied'}: ${REASONS[reason]}`],
  ];
  if (statement !== undefined) {
    const name =
      statement.sid === undefined ? `statement ${statement.index}` : `statement ${statement.index} (${statement.sid})`;
    rows.push(['decided by', `${statement.effect} in ${name} of the policy of the ${statement.of}`]);
  }
  rows.push(
    [
      'bucket',
      `of account ${bucket.ownerId}; ownership ${bucket.ownership}; ${describePolicy(bucket)}; ${bucket.hasAcl ? 'ACL set' : 'no ACL'}`,
    ],
    ['blocked', blocked.length === 0 ? 'nothing' : blocked.map(([name]) => name).join(', ')],
  );
  if (objectOwnerId !== undefined) rows.push(['object', `of account ${objectOwnerId}`]);
  return rows.map(([name, text]) => `${name.padEnd(11)} ${text}\n`).join('');
};

const describePolicy = ({ hasPolicy, isPolicyPublic }: AccessExplanation['bucket']): string =>
  hasPolicy ? `a policy that is ${isPolicyPublic ? '' : 'not '}public` : 'no policy';
