/** Keys that something between a program and a store likes to change. */
export const ODD_KEYS: readonly string[] = [
  ' leading and trailing ',
  'two  spaces/in a row',
  'plus+and+more',
  'percent%20literal/%/%2F',
  'ünï/çødé/日本/😀',
  '.hidden/..two/...',
  `quote'"back\\slash`,
  'a&b=c?d#e;f:g@h,i$j!k*l(m)[n]{o}|p^q`r~s<t>u',
  `${'deep/'.repeat(40)}end`,
  'k'.repeat(1024),
];

/** Keys that file systems cannot have, and stores can. */
export const SLASHED_KEYS: readonly string[] = ['double//slash', '/leading', 'folder/', '//'];
