/** What of an object's metadata may leave the store: internal and encryption entries never do. */

/** Covers `x-amz-meta-internal-*` as well: users cannot publish what a gateway keeps there. */
const INTERNAL_NAME = /^x-.*-(?:internal|encryption)-/;

/** The entries that a record shows, in their order. Names are compared in lower case. */
export function stripInternalMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const visible = Object.entries(metadata).filter(([name]) => !INTERNAL_NAME.test(name.toLowerCase()));
  return Object.fromEntries(visible);
}
