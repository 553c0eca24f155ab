/** Who refers to managed policies: counted in the policy, so that it cannot go while somebody does. */
import { findAwsManagedPolicy, iamArn, parseIamArn } from '@needlestack/access-control';
import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import type { IamPolicy } from '@needlestack/service-contracts';
import { noSuch } from './iam-refusals.ts';
import { findEntity, putEntity } from './iam-rows.ts';

/**
 * The policy of an account that an ARN names; undefined for one of AWS.
 * @throws CatalogError `NoSuchEntity` when there is none, also when it is another account's
 */
export function* resolvePolicy(tx: KvReader, accountId: string, arn: string): KvProgram<IamPolicy | undefined> {
  if (findAwsManagedPolicy(arn) !== undefined) return undefined;
  const parsed = parseIamArn('policy', arn);
  if (parsed?.accountId === accountId) {
    const policy = yield* findEntity(tx, accountId, 'policy', parsed.name);
    if (policy !== undefined && iamArn(policy) === arn) return policy;
  }
  throw noSuch(`Policy ${arn} does not exist or is not attachable.`);
}

export function* bindPolicy(tx: KvTransaction, accountId: string, arn: string, by: 1 | -1): KvProgram<void> {
  const policy = yield* resolvePolicy(tx, accountId, arn);
  if (policy !== undefined) putEntity(tx, { ...policy, attachmentCount: policy.attachmentCount + by });
}

export function* bindBoundary(tx: KvTransaction, accountId: string, arn: string, by: 1 | -1): KvProgram<void> {
  const policy = yield* resolvePolicy(tx, accountId, arn);
  if (policy !== undefined) putEntity(tx, { ...policy, boundaryCount: policy.boundaryCount + by });
}
