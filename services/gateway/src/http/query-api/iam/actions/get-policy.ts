import { findAwsManagedPolicy } from '@needlestack/access-control';
import { QueryError } from '../../query-error.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';
import { showAwsPolicy, showAwsPolicyVersion, showPolicy, showPolicyVersion } from '../show-entity.ts';

const BY_ARN = { on: 'policy' } as const;
const VERSION_RULE = { maxLength: 32, pattern: /^v[1-9]\d*$/ };

export const getPolicy = iamAction('GetPolicy', BY_ARN, async (call) => {
  const aws = findAwsManagedPolicy(call.parameters.required('PolicyArn'));
  return { Policy: aws === undefined ? showPolicy(requireTarget(call, 'policy')) : showAwsPolicy(aws) };
});

export const getPolicyVersion = iamAction('GetPolicyVersion', BY_ARN, async (call) => {
  const aws = findAwsManagedPolicy(call.parameters.required('PolicyArn'));
  const versionId = call.parameters.required('VersionId', VERSION_RULE);
  if (aws !== undefined && versionId === 'v1') return { PolicyVersion: showAwsPolicyVersion(aws, true) };
  const policy = aws === undefined ? requireTarget(call, 'policy') : undefined;
  const version = policy?.versions.find((each) => each.versionId === versionId);
  if (policy === undefined || version === undefined)
    throw new QueryError('NoSuchEntity', `Policy version ${versionId} does not exist or is not attachable.`);
  return { PolicyVersion: showPolicyVersion(version, policy, true) };
});

export const listPolicyVersions = iamAction('ListPolicyVersions', BY_ARN, async (call) => {
  const aws = findAwsManagedPolicy(call.parameters.required('PolicyArn'));
  if (aws !== undefined) return { Versions: [showAwsPolicyVersion(aws, false)], IsTruncated: false };
  const policy = requireTarget(call, 'policy');
  const { items, end } = pageOf(call, policy.versions.toReversed(), ({ versionId }) => versionId);
  return { Versions: items.map((version) => showPolicyVersion(version, policy, false)), ...end };
});
