/** Policies that are given with a session, inline and by ARN. */
import { findAwsManagedPolicy, parseIamArn } from '@needlestack/access-control';
import { ARN_RULE } from '../form-parameters.ts';
import { checkInlinePolicy } from '../iam/check-document.ts';
import type { QueryCall } from '../query-call.ts';
import { QueryError } from '../query-error.ts';
import type { AnswerTree } from '../render-answer.ts';

const SESSION_POLICY_LENGTH_MAX = 2_048;
const SESSION_POLICY_ARNS_MAX = 10;

export interface SessionPolicies {
  /** Undefined when none is given. */
  readonly documents: readonly string[] | undefined;
  /** How much of what they may have they take. */
  readonly packedPercent: number;
}

/**
 * @param accountId whose managed policies may be named
 * @throws QueryError `PackedPolicyTooLarge`, `NoSuchEntity`, `ValidationError`; PolicyError for a malformed document
 */
export const readSessionPolicies = async (call: QueryCall, accountId: string): Promise<SessionPolicies> => {
  const { parameters } = call;
  const inline = parameters.optional('Policy');
  const arns = parameters.structures('PolicyArns', 'arn').map((read) => read('arn') ?? '');
  if (arns.length > SESSION_POLICY_ARNS_MAX)
    throw new QueryError('ValidationError', `PolicyArns may have ${SESSION_POLICY_ARNS_MAX} members`);
  if (inline === undefined && arns.length === 0) return { documents: undefined, packedPercent: 0 };
  const documents = inline === undefined ? [] : [checkInlinePolicy(inline)];
  const length = inline?.length ?? 0;
  if (length > SESSION_POLICY_LENGTH_MAX)
    throw new QueryError(
      'PackedPolicyTooLarge',
      `The session policy has ${length} characters, at most ${SESSION_POLICY_LENGTH_MAX} are taken.`,
    );
  for (const arn of arns) documents.push(await findDocument(call, accountId, arn));
  return { documents, packedPercent: Math.ceil((length * 100) / SESSION_POLICY_LENGTH_MAX) };
};

const findDocument = async (call: QueryCall, accountId: string, arn: string): Promise<string> => {
  if (arn.length < ARN_RULE.minLength) throw new QueryError('ValidationError', `${arn} is no ARN of a policy`);
  const aws = findAwsManagedPolicy(arn);
  if (aws !== undefined) return aws.document;
  const parsed = parseIamArn('policy', arn);
  if (parsed?.accountId === accountId) {
    const policy = await call.context.catalog.readIam('entity', { accountId, kind: 'policy', name: parsed.name });
    const own = policy?.kind === 'policy' ? policy : undefined;
    const version = own?.versions.find(({ versionId }) => versionId === own.defaultVersionId);
    if (version !== undefined) return version.document;
  }
  throw new QueryError('NoSuchEntity', `Policy ${arn} does not exist.`);
};

export const showPackedSize = ({ packedPercent }: SessionPolicies): AnswerTree =>
  packedPercent === 0 ? {} : { PackedPolicySize: packedPercent };
