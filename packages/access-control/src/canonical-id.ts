import { createHash } from 'node:crypto';

const KNOWN = new Map<string, string>();
const KNOWN_MAX = 100_000;

/** The canonical id of an account: 64 hex digits that follow from its id and stay the same wherever and whenever it is asked for. */
export const canonicalIdOf = (accountId: string): string => {
  const known = KNOWN.get(accountId);
  if (known !== undefined) return known;
  const id = createHash('sha256').update(`needlestack account ${accountId}`).digest('hex');
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear();
  KNOWN.set(accountId, id);
  return id;
};
