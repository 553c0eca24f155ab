// What takes long starts first, so that no worker is left with it while the others have nothing to do. By place: a fresh clone knows no
// durations yet, and jest would go by the size of files.
const PLACES = [
  /\/test-e2e\//,
  /\/services\/volume\/test\/(ec|fault|repair|power-loss)\//,
  /\/services\/[^/]+\/test\//,
  /\/packages\/[^/]+\/test\//,
];

const rankOf = ({ path }) => {
  const found = PLACES.findIndex((place) => place.test(path));
  return found < 0 ? PLACES.length : found;
};

/** The part of jest's test sequencer that a run without shards needs. */
export default class LongestFirst {
  sort(tests) {
    return [...tests].sort((a, b) => rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1));
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
