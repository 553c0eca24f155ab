/** Ways to leave shards out: none of them, each one, each two, up to so many; small ones first. */
export function* shardSelections(of: readonly number[], countMax: number): Generator<readonly number[]> {
  for (let count = 0; count <= countMax; count += 1) yield* combinations(of, count);
}

function* combinations(of: readonly number[], count: number): Generator<readonly number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [at, first] of of.entries()) {
    for (const rest of combinations(of.slice(at + 1), count - 1)) yield [first, ...rest];
  }
}
