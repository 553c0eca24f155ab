/** Runs `work` on every item, at most `limit` at a time, started in order. Rejects with the first failure after the running ones ended. */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const takeItems = async (): Promise<void> => {
    // The iterator is shared: each taker gets the next item that nobody has.
    for (const item of iterator) {
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
      if (failure !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeItems));
  if (failure !== undefined) throw failure.error;
}
