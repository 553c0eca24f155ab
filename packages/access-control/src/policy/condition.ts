/** One condition of a statement: operator, key, values. All conditions of a statement must hold. */
import type { ConditionFacts } from './condition-facts.ts';
import { normalizeConditionKey } from './condition-facts.ts';
import { CONDITION_OPERATORS, type ConditionOperator } from './condition-operator.ts';
import { PolicyError } from './policy-error.ts';
import { compilePolicyText, type PolicyText, resolvePolicyText } from './policy-text.ts';

export interface Condition {
  /** As the policy spells it, for explanations. */
  readonly operatorName: string;
  readonly keyName: string;
  readonly operator: ConditionOperator | 'null';
  readonly set: 'all' | 'any' | undefined;
  readonly ifExists: boolean;
  /** As ConditionFacts know it. */
  readonly key: string;
  readonly values: readonly PolicyText[];
}

const OPERATOR = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/;
const KEY = /^[^\s:]+:[^\s:].*$/;

/**
 * @param isKnownKey says whether a key has a meaning to the service of the policy
 * @throws PolicyError
 */
export const compileCondition = (
  operatorName: string,
  keyName: string,
  values: readonly string[],
  options: { readonly hasVariables: boolean; readonly isKnownKey: (key: string) => boolean },
): Condition => {
  const match = OPERATOR.exec(operatorName.toLowerCase());
  const base = match?.[2] ?? '';
  const ifExists = match?.[3] !== undefined;
  const operator = base === 'null' ? 'null' : CONDITION_OPERATORS[base];
  if (match === null || operator === undefined || (operator === 'null' && ifExists)) {
    throw new PolicyError(`Invalid Condition type : ${operatorName}`, operatorName);
  }
  const key = normalizeConditionKey(keyName);
  if (!KEY.test(key) || !options.isKnownKey(key)) {
    throw new PolicyError('Policy has an invalid condition key', keyName);
  }
  if (values.length === 0) throw new PolicyError('Policy has an empty condition', keyName);
  const compiled = values.map((value) => compilePolicyText(value, options.hasVariables));
  for (const text of compiled) {
    const isValue = operator === 'null' ? /^(?:true|false)$/i.test(text.source) : operator.isValue(text.source);
    // What a variable will be is known only later; it then fits or does not.
    if (text.kind === 'fixed' && !isValue) {
      throw new PolicyError(`Invalid value for condition ${operatorName}: ${text.source}`, keyName);
    }
  }
  const set = match[1] === undefined ? undefined : match[1] === 'forallvalues' ? 'all' : 'any';
  return { operatorName, keyName, operator, set, ifExists, key, values: compiled };
};

export const isConditionMet = (condition: Condition, facts: ConditionFacts): boolean => {
  const { operator, set } = condition;
  const actual = facts(condition.key);
  const isMissing = actual === undefined || actual.length === 0;
  if (operator === 'null') {
    return condition.values.some((value) => (value.source.toLowerCase() === 'true') === isMissing);
  }
  if (isMissing) {
    if (condition.ifExists || set === 'all') return true;
    return set === undefined && operator.isNegated;
  }
  const holds = (value: string): boolean => fitsAny(condition, operator, value, facts) !== operator.isNegated;
  if (set === 'all') return actual.every(holds);
  // Without a set operator a key of many values counts as a whole: negated, none of them may fit.
  if (set === undefined && operator.isNegated) return actual.every(holds);
  return actual.some(holds);
};

const fitsAny = (condition: Condition, operator: ConditionOperator, actual: string, facts: ConditionFacts): boolean => {
  for (const value of condition.values) {
    const expected = resolvePolicyText(value, facts);
    if (expected !== undefined && operator.matches(expected, actual)) return true;
  }
  return false;
};
