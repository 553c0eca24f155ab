import { checkManagedPolicy } from '../check-document.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { showPolicyVersion } from '../show-entity.ts';

const BY_ARN = { on: 'policy' } as const;
const VERSION_RULE = { maxLength: 32, pattern: /^v[1-9]\d*$/ };

export const createPolicyVersion = iamAction('CreatePolicyVersion', BY_ARN, async (call) => {
  const { name } = requireTarget(call, 'policy');
  const document = checkManagedPolicy(call.parameters.required('PolicyDocument'));
  const isDefault = call.parameters.boolean('SetAsDefault') === true;
  const policy = await call.change({ change: 'create-policy-version', name, document, isDefault });
  const version = policy?.kind === 'policy' ? policy.versions.at(-1) : undefined;
  if (policy?.kind !== 'policy' || version === undefined) return {};
  return { PolicyVersion: showPolicyVersion(version, policy, false) };
});

export const setDefaultPolicyVersion = iamAction('SetDefaultPolicyVersion', BY_ARN, async (call) => {
  const versionId = call.parameters.required('VersionId', VERSION_RULE);
  await call.change({ change: 'set-default-policy-version', name: requireTarget(call, 'policy').name, versionId });
  return undefined;
});

export const deletePolicyVersion = iamAction('DeletePolicyVersion', BY_ARN, async (call) => {
  const versionId = call.parameters.required('VersionId', VERSION_RULE);
  await call.change({ change: 'delete-policy-version', name: requireTarget(call, 'policy').name, versionId });
  return undefined;
});
