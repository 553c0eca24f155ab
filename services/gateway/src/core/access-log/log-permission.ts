/** Whether log delivery may write to a bucket: it is a principal like any other, and no owner. */
import { evaluatePolicy, NO_PERMISSIONS, type Principal, type Statement } from '@needlestack/access-control';
import { type BucketAccess, hasAcls } from '../access/bucket-access.ts';

export const LOG_DELIVERY: Principal = {
  kind: 'service',
  name: 'logging.s3.amazonaws.com',
  accountId: '',
  displayName: '',
  arn: '',
  userId: '',
  permissions: NO_PERMISSIONS,
};

/** A bucket that everyone may write to did not ask for logs. */
const namesLogDelivery = ({ principals }: Statement): boolean =>
  principals !== undefined && !principals.isNot && principals.set.services.has(LOG_DELIVERY.name);

export interface LogPermissionQuestion {
  readonly key: string;
  readonly sourceBucket: string;
  readonly sourceAccountId: string;
}

/** By the target's policy, under aws:SourceArn and aws:SourceAccount, or by its ACL where that counts. */
export const mayDeliverLogs = (target: BucketAccess, question: LogPermissionQuestion): boolean => {
  const { bucket, policy, acl } = target;
  const facts: Readonly<Record<string, readonly string[]>> = {
    'aws:sourcearn': [`arn:aws:s3:::${question.sourceBucket}`],
    'aws:sourceaccount': [question.sourceAccountId],
    'aws:principalisawsservice': ['true'],
    'aws:principalservicename': [LOG_DELIVERY.name],
  };
  const verdict =
    policy === undefined
      ? undefined
      : evaluatePolicy(policy, {
          principal: LOG_DELIVERY,
          action: 's3:putobject',
          resource: `arn:aws:s3:::${bucket.name}/${question.key}`,
          facts: (name) => facts[name],
        });
  if (verdict?.effect === 'deny') return false;
  if (verdict?.effect === 'allow' && namesLogDelivery(verdict.statement)) return true;
  if (!hasAcls(target) || acl === undefined) return false;
  return acl.grants.some(
    ({ grantee, permission }) =>
      grantee.kind === 'group' &&
      grantee.group === 'LogDelivery' &&
      (permission === 'WRITE' || permission === 'FULL_CONTROL'),
  );
};
