/** The `code` of an error of the runtime or of a driver (`ENOENT`, `40001`), or empty. */
export function systemCodeOf(error: unknown): string {
  return Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
