import { AWS_MANAGED_POLICIES } from '@needlestack/access-control';
import { invalid } from '../../form-parameters.ts';
import { iamAction } from '../iam-action.ts';
import { listPage } from '../list-page.ts';
import { showAwsPolicy, showPolicy } from '../show-entity.ts';

const SCOPES: readonly string[] = ['All', 'AWS', 'Local'];

/** Those of AWS stand on the first page, before the account's own. */
export const listPolicies = iamAction('ListPolicies', { on: 'account' }, async (call) => {
  const { parameters } = call;
  const scope = parameters.optional('Scope') ?? 'All';
  if (!SCOPES.includes(scope))
    throw invalid('Scope', scope, `Member must satisfy enum value set: [${SCOPES.join(', ')}]`);
  const onlyAttached = parameters.boolean('OnlyAttached') === true;
  const isBelowRoot = (parameters.optional('PathPrefix') ?? '/') === '/';
  const isFirst = parameters.optional('Marker') === undefined;
  const aws =
    scope === 'Local' || onlyAttached || !isFirst || !isBelowRoot ? [] : AWS_MANAGED_POLICIES.map(showAwsPolicy);
  if (scope === 'AWS') return { Policies: aws, IsTruncated: false };
  const { entities, end } = await listPage(
    call,
    'policy',
    ({ attachmentCount, boundaryCount }) => !onlyAttached || attachmentCount + boundaryCount > 0,
  );
  return { Policies: [...aws, ...entities.map((policy) => showPolicy(policy, false))], ...end };
});
