/** What a policy asks of a request. */
import type { Statement } from './policy.ts';
import { type PolicyText, variableKeysOf } from './policy-text.ts';

/** Every condition key that a condition or a variable asks for, normalized: `aws:username`, `aws:principaltag/Team`. */
export const contextKeysOf = (statements: readonly Statement[]): ReadonlySet<string> => {
  const keys = new Set<string>();
  const addVariables = (texts: readonly PolicyText[]): void => {
    for (const text of texts) for (const key of variableKeysOf(text)) keys.add(key);
  };
  for (const { conditions, resources } of statements) {
    if (resources !== undefined) addVariables(resources.texts);
    for (const condition of conditions) {
      keys.add(condition.key);
      addVariables(condition.values);
    }
  }
  return keys;
};

/** A key up to and with its slash. */
export const familyOf = (key: string): string => {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash + 1);
};
