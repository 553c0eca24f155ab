/**
 * The decision on one action at one resource, in the order of s3.md rule 43: an explicit deny anywhere wins; what the identity's own
 * documents allow is cut by its boundary and its session; within an account the identity or the resource must allow, across
 * accounts both; ACLs are one more way in which a resource allows.
 */
import { isActionAllowed } from '../is-action-allowed.ts';
import type { ConditionFacts } from '../policy/condition-facts.ts';
import { evaluatePolicy, type PolicyQuestion, type PolicyVerdict } from '../policy/evaluate-policy.ts';
import type { Policy, Statement } from '../policy/policy.ts';
import { NO_PERMISSIONS, type Principal } from '../principal.ts';
import { staticActionOf } from '../s3/static-action-of.ts';

export interface AccessQuestion {
  readonly principal: Principal;
  /** An IAM action: `s3:GetObject`. */
  readonly action: string;
  /** Bucket and key, empty where there is none. */
  readonly bucket: string;
  readonly key: string;
  /** The ARN of what is neither bucket nor object: a user, a role. */
  readonly resource?: string | undefined;
  /** The prefix that a listing asks for: grants of the static file may be limited to prefixes. */
  readonly listedPrefix?: string | undefined;
  /** The account whose resource it is: the bucket's, or for reads of objects and their ACLs the object's. */
  readonly ownerAccountId: string;
  /** The bucket's policy, if it has one. */
  readonly policy?: Policy | undefined;
  /**
   * `all`: the policy counts. `deny-only`: only what it denies does: the object is not the bucket owner's, or PublicAccessBlock
   * takes a public policy out for callers of other accounts.
   */
  readonly policyScope?: 'all' | 'deny-only';
  /**
   * Whether an ACL that counts here grants the action; asked only when nothing else allows. With `groups` only grants to groups count:
   * what the account itself was granted it gives to its users by their policies.
   */
  readonly isGrantedByAcl?: ((to: 'anyone' | 'groups') => boolean) | undefined;
  /** Denials of the bucket's policy do not bind: the owner repairing the policy itself. */
  readonly isAboveDenials?: boolean;
  readonly facts: ConditionFacts;
}

/** Which rule decided. */
export type DecisionReason =
  | 'explicit-deny-of-resource'
  | 'explicit-deny-of-identity'
  | 'root'
  | 'identity'
  | 'resource-policy'
  | 'acl'
  | 'identity-and-resource-policy'
  | 'identity-and-acl'
  | 'no-allow-of-identity'
  | 'no-allow-of-resource'
  | 'no-allow'
  | 'cut-by-boundary'
  | 'cut-by-session-policy';

export interface Decision {
  readonly isAllowed: boolean;
  readonly reason: DecisionReason;
  /** The statement that decided, and whose policy it stands in. */
  readonly statement?: Statement | undefined;
  readonly statementOf?: 'bucket' | 'identity' | 'boundary' | 'session' | undefined;
}

export const decideAccess = (question: AccessQuestion): Decision => {
  const { principal, policy } = question;
  const asked = toPolicyQuestion(question);
  const resource = policy === undefined ? NO_VERDICT : evaluatePolicy(policy, asked);
  if (resource.effect === 'deny' && question.isAboveDenials !== true) {
    return refusal('explicit-deny-of-resource', resource.statement, 'bucket');
  }
  const identity = judgeIdentity(question, asked);
  if (identity.effect === 'deny') return refusal('explicit-deny-of-identity', identity.statement, identity.of);
  if (principal.kind === 'root') return { isAllowed: true, reason: 'root' };
  const granted = question.policyScope === 'deny-only' ? NO_VERDICT : resource;
  const isOwn = principal.accountId !== '' && principal.accountId === question.ownerAccountId;
  return isOwn ? decideWithin(question, identity, granted) : decideAcross(question, identity, granted);
};

const NO_VERDICT: PolicyVerdict = { effect: 'none' };

const toPolicyQuestion = ({ principal, action, bucket, key, resource, facts }: AccessQuestion): PolicyQuestion => ({
  principal,
  action: action.toLowerCase(),
  // All of S3, where there is no bucket: policies name it `*` or `arn:aws:s3:::*`.
  resource: resource ?? `arn:aws:s3:::${bucket === '' ? '*' : key === '' ? bucket : `${bucket}/${key}`}`,
  facts,
});

interface IdentityVerdict {
  readonly effect: 'allow' | 'deny' | 'none';
  readonly statement?: Statement | undefined;
  readonly of?: Decision['statementOf'];
  /** Why an allow did not hold. */
  readonly cutBy?: 'cut-by-boundary' | 'cut-by-session-policy' | undefined;
}

const NO_IDENTITY: IdentityVerdict = { effect: 'none' };
const ALLOWED_IDENTITY: IdentityVerdict = { effect: 'allow' };

const judgeIdentity = (question: AccessQuestion, asked: PolicyQuestion): IdentityVerdict => {
  const { principal } = question;
  const { policies } = principal;
  if (policies === undefined) return isAllowedStatically(question) ? ALLOWED_IDENTITY : NO_IDENTITY;
  const { identity, boundary, session } = policies;
  const boundaryVerdict = boundary === undefined ? undefined : evaluatePolicy(boundary, asked);
  if (boundaryVerdict?.effect === 'deny') return denial(boundaryVerdict, 'boundary');
  const sessionVerdict = session === undefined ? undefined : evaluateAll(session, asked);
  if (sessionVerdict?.effect === 'deny') return denial(sessionVerdict, 'session');
  const own = evaluateAll(identity, asked);
  if (own.effect === 'deny') return denial(own, 'identity');
  const isAllowed = own.effect !== 'none' || isAllowedStatically(question);
  const cutBy =
    sessionVerdict?.effect === 'none'
      ? 'cut-by-session-policy'
      : boundaryVerdict?.effect === 'none'
        ? 'cut-by-boundary'
        : undefined;
  if (!isAllowed || cutBy !== undefined) return { effect: 'none', cutBy };
  return { effect: 'allow', statement: own.effect === 'none' ? undefined : own.statement, of: 'identity' };
};

const denial = (verdict: PolicyVerdict, of: Decision['statementOf']): IdentityVerdict => ({
  effect: 'deny',
  statement: verdict.effect === 'none' ? undefined : verdict.statement,
  of,
});

const isAllowedStatically = ({ principal, action, bucket, key, listedPrefix }: AccessQuestion): boolean =>
  principal.kind === 'account' ||
  principal.kind === 'root' ||
  isActionAllowed(principal.permissions, staticActionOf(action), bucket, listedPrefix ?? key);

/** A grant of the static file that names buckets is the word of whoever runs the store, whose buckets they all are. */
const isGrantedByOperator = ({ principal, action, bucket, key, listedPrefix }: AccessQuestion): boolean => {
  const { scoped } = principal.permissions;
  if (scoped.length === 0) return false;
  const permissions = { ...NO_PERMISSIONS, scoped };
  return isActionAllowed(permissions, staticActionOf(action), bucket, listedPrefix ?? key);
};

const evaluateAll = (policies: readonly Policy[], asked: PolicyQuestion): PolicyVerdict => {
  let verdict: PolicyVerdict = NO_VERDICT;
  for (const policy of policies) {
    const next = evaluatePolicy(policy, asked);
    if (next.effect === 'deny') return next;
    if (verdict.effect === 'none') verdict = next;
  }
  return verdict;
};

const decideWithin = (question: AccessQuestion, identity: IdentityVerdict, resource: PolicyVerdict): Decision => {
  if (identity.effect === 'allow') return allowance('identity', identity.statement, 'identity');
  // A policy that names the caller itself is not cut by what implicitly denies; one that names its role is.
  if (resource.effect === 'allow' || (resource.effect === 'allow-role' && identity.cutBy === undefined)) {
    return allowance('resource-policy', resource.statement, 'bucket');
  }
  if (identity.cutBy === undefined && question.isGrantedByAcl?.('groups') === true)
    return { isAllowed: true, reason: 'acl' };
  return refusal(identity.cutBy ?? 'no-allow', undefined, undefined);
};

const decideAcross = (question: AccessQuestion, identity: IdentityVerdict, resource: PolicyVerdict): Decision => {
  // Nobody's account has a say on those who have none.
  const isUnbound = question.principal.accountId === '';
  if (!isUnbound && identity.effect !== 'allow') {
    return refusal(identity.cutBy ?? 'no-allow-of-identity', undefined, undefined);
  }
  if (isGrantedByOperator(question)) return { isAllowed: true, reason: 'identity' };
  if (resource.effect !== 'none') {
    const reason = isUnbound ? 'resource-policy' : 'identity-and-resource-policy';
    return allowance(reason, resource.statement, 'bucket');
  }
  if (question.isGrantedByAcl?.('anyone') === true) {
    return { isAllowed: true, reason: isUnbound ? 'acl' : 'identity-and-acl' };
  }
  return refusal('no-allow-of-resource', undefined, undefined);
};

const allowance = (
  reason: DecisionReason,
  statement: Statement | undefined,
  statementOf: Decision['statementOf'],
): Decision => ({ isAllowed: true, reason, statement, statementOf: statement === undefined ? undefined : statementOf });

const refusal = (
  reason: DecisionReason,
  statement: Statement | undefined,
  statementOf: Decision['statementOf'],
): Decision => ({ isAllowed: false, reason, statement, statementOf });
