/** Code of an error of the system or of Node, such as `ENOENT`; empty when it has none. Looks at the shape: errors may come from another realm. */
export function systemCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
