/** What a listing with a delimiter shows in place of a key: its beginning up to the first delimiter behind the listing's prefix. A view into `key`. */
export function commonPrefixOf(key: Buffer, prefixBytes: number, delimiter: Buffer): Buffer | undefined {
  if (delimiter.length === 0) return undefined;
  const at = key.indexOf(delimiter, prefixBytes);
  return at === -1 ? undefined : key.subarray(0, at + delimiter.length);
}
