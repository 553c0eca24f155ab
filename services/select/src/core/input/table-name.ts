const TABLES: ReadonlySet<string> = new Set(['s3object', 'stdin']);

/** Whether a name at the head of a path means the table: by its own name or by the alias that the query gives it. */
export const isTableName = (name: string, alias: string | undefined): boolean => {
  const lower = name.toLowerCase();
  return lower === alias?.toLowerCase() || TABLES.has(lower);
};
