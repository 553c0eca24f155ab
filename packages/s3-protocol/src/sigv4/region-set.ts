/**
 * Whether a signature of SigV4A is good in a region: the set names regions, with `*` for any text, separated by commas.
 * @param regionSet X-Amz-Region-Set as sent
 */
export const matchesRegionSet = (regionSet: string | undefined, region: string): boolean =>
  regionSet?.split(',').some((pattern) => matchesPattern(pattern.trim(), region)) === true;

const matchesPattern = (pattern: string, region: string): boolean => {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === region;
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  // One star is all that clients send.
  return region.length >= before.length + after.length && region.startsWith(before) && region.endsWith(after);
};
