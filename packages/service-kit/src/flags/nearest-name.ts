const DISTANCE_MAX = 3;

const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
};

/** The name that was probably meant, or undefined when none is near. A missing or wrong prefix (`port` for `s3.port`) counts as near. */
export const findNearestName = (typed: string, names: Iterable<string>): string | undefined => {
  const wanted = typed.toLowerCase();
  let nearest: string | undefined;
  let nearestDistance = Math.min(DISTANCE_MAX, Math.ceil(wanted.length / 3)) + 1;
  for (const name of names) {
    const candidate = name.toLowerCase();
    const sameTail = candidate.endsWith(`.${wanted}`) || wanted.endsWith(`.${candidate}`);
    const distance = sameTail ? 1 : editDistance(wanted, candidate);
    if (distance >= nearestDistance) continue;
    nearest = name;
    nearestDistance = distance;
  }
  return nearest;
};
