/**
 * Clients that sign with version 2 write queries as forms are written, where `+` is a space; those of version 4 must not, and theirs
 * stays a plus (s3.md rule 2).
 *
 * @returns the query with `%20` for each space
 */
export const encodeFormSpaces = (rawQuery: string, authorization: string | undefined): string =>
  authorization?.startsWith('AWS ') === true && rawQuery.includes('+') ? rawQuery.replaceAll('+', '%20') : rawQuery;
