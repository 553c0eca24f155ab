/**
 * What conditions of policies may ask of a request.
 *
 * Names come in lower case up to a slash: `aws:sourceip`, `s3:existingobjecttag/Team`. Undefined: the request has no such key. Most
 * keys have one value; `aws:tagkeys` and `s3:requestobjecttagkeys` have many.
 */
export type ConditionFacts = (name: string) => readonly string[] | undefined;

export const NO_FACTS: ConditionFacts = () => undefined;

/** The name of a condition key as ConditionFacts are asked for it: what follows a slash keeps its case. */
export const normalizeConditionKey = (name: string): string => {
  const slash = name.indexOf('/');
  return slash < 0 ? name.toLowerCase() : name.slice(0, slash).toLowerCase() + name.slice(slash);
};
