/** Order of keys in listings: by the bytes of their UTF-8, which is not that of JavaScript's strings. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
