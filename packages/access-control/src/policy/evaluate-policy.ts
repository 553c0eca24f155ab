/** One policy held against one request. */

import { canonicalIdOf } from '../canonical-id.ts';
import { REMEMBERED_ACTIONS_MAX } from '../limits.ts';
import type { Principal } from '../principal.ts';
import { isConditionMet } from './condition.ts';
import type { ConditionFacts } from './condition-facts.ts';
import type { Policy, PrincipalSet, Statement } from './policy.ts';
import { type PolicyText, resolvePolicyText } from './policy-text.ts';
import { matchesPatternOf } from './wildcard.ts';

export interface PolicyQuestion {
  readonly principal: Principal;
  /** `s3:GetObject`, in lower case. */
  readonly action: string;
  /** `arn:aws:s3:::bucket/key`; `*` where an action has none. */
  readonly resource: string;
  readonly facts: ConditionFacts;
}

/**
 * What a policy says. `allow-account`: it names the caller's account, which then has to let the caller itself. `allow-role`: it names
 * the role of the caller's session, so that what cuts the session cuts this too.
 */
export type PolicyVerdict =
  | { readonly effect: 'none' }
  | {
      readonly effect: 'deny' | 'allow' | 'allow-account' | 'allow-role';
      readonly statement: Statement;
    };

const NOTHING: PolicyVerdict = { effect: 'none' };

/** Deny before allow; among allows the one that needs least beside it. */
export const evaluatePolicy = (policy: Policy, question: PolicyQuestion): PolicyVerdict => {
  let verdict: PolicyVerdict = NOTHING;
  for (const statement of statementsFor(policy, question.action)) {
    const who =
      statement.principals === undefined ? 'direct' : matchPrincipals(statement.principals, question.principal);
    if (who === undefined) continue;
    const isAllow = statement.effect === 'Allow';
    if (isAllow && verdict.effect === 'allow') continue;
    if (!matchesResource(statement, question)) continue;
    if (!statement.conditions.every((condition) => isConditionMet(condition, question.facts))) continue;
    if (!isAllow) return { effect: 'deny', statement };
    const effect = who === 'direct' ? 'allow' : who === 'role' ? 'allow-role' : 'allow-account';
    if (verdict.effect !== 'allow-role' || effect === 'allow') verdict = { effect, statement };
  }
  return verdict;
};

/** Statements that speak of an action, denials first; found once for each action. */
const statementsFor = (policy: Policy, action: string): readonly Statement[] => {
  const known = policy.byAction.get(action);
  if (known !== undefined) return known;
  const matching = policy.statements.filter(
    ({ actions }) => actions.patterns.some((pattern) => matchesPatternOf(pattern, action)) !== actions.isNot,
  );
  const sorted = [
    ...matching.filter((statement) => statement.effect === 'Deny'),
    ...matching.filter((statement) => statement.effect === 'Allow'),
  ];
  if (policy.byAction.size >= REMEMBERED_ACTIONS_MAX) policy.byAction.clear();
  policy.byAction.set(action, sorted);
  return sorted;
};

type PrincipalMatch = 'direct' | 'role' | 'account' | undefined;

const matchPrincipals = (
  { set, isNot }: NonNullable<Statement['principals']>,
  principal: Principal,
): PrincipalMatch => {
  const match = matchPrincipalSet(set, principal);
  if (!isNot) return match;
  return match === undefined ? 'direct' : undefined;
};

const matchPrincipalSet = (set: PrincipalSet, principal: Principal): PrincipalMatch => {
  if (set.isEveryone) return 'direct';
  if (principal.kind === 'anonymous') return undefined;
  if (principal.kind === 'service') return set.services.has(principal.name) ? 'direct' : undefined;
  if (set.arns.size > 0) {
    if (set.arns.has(principal.arn)) return 'direct';
    const { roleArn } = principal.policies ?? {};
    if (roleArn !== undefined && set.arns.has(roleArn)) return 'role';
  }
  if (principal.kind === 'web-identity' && set.federated.has(principal.name)) return 'direct';
  if (!set.accounts.has(principal.accountId) && !isCanonicalUser(set, principal.accountId)) return undefined;
  return principal.kind === 'account' || principal.kind === 'root' ? 'direct' : 'account';
};

/** Either form of it: which of them is shown is the gateway's choice. */
const isCanonicalUser = ({ canonicalUsers }: PrincipalSet, accountId: string): boolean =>
  canonicalUsers.size > 0 && (canonicalUsers.has(accountId) || canonicalUsers.has(canonicalIdOf(accountId)));

const matchesResource = ({ resources }: Statement, { resource, facts }: PolicyQuestion): boolean => {
  if (resources === undefined) return true;
  return resources.texts.some((text) => fitsResource(text, resource, facts)) !== resources.isNot;
};

const fitsResource = (text: PolicyText, resource: string, facts: ConditionFacts): boolean => {
  if (!resource.startsWith(text.start)) return false;
  const resolved = resolvePolicyText(text, facts);
  return resolved !== undefined && matchesPatternOf(resolved.pattern, resource);
};
