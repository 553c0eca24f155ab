// What takes long starts first, so that no worker is left with it while the others have nothing to do. First the longest files, in this order:
// of those that install the same programs no two follow each other, or one worker would wait for the other's installation. The others go by
// place: a fresh clone knows no durations yet, and jest would go by the size of files.
const LONGEST = [
  'test-e2e/clients/python-storage-clients.test.ts',
  'services/volume/test/ec/kill.test.ts',
  'test-e2e/clients/aws-cli.test.ts',
  'services/volume/test/repair/damaged-shards.test.ts',
  'test-e2e/clients/restic.test.ts',
  'test-e2e/python-clients.test.ts',
  'services/volume/test/fault/shard-disk-faults.test.ts',
  'test-e2e/admin/orphans.test.ts',
  'services/volume/test/fault/tier-kill.test.ts',
  'packages/object-storage/test/contract.test.ts',
  'test-e2e/faults/kill-ledger.test.ts',
  'services/catalog/test/scan/scan-grpc.test.ts',
  'tools/fuzz/fuzz.test.ts',
];

const PLACES = [
  /\/test-e2e\//,
  /\/services\/volume\/test\/(ec|fault|repair|power-loss)\//,
  /\/services\/[^/]+\/test\//,
  /\/packages\/[^/]+\/test\//,
];

const rankOf = ({ path }) => {
  const longest = LONGEST.findIndex((name) => path.endsWith(`/${name}`));
  if (longest >= 0) return longest - LONGEST.length;
  const place = PLACES.findIndex((pattern) => pattern.test(path));
  return place < 0 ? PLACES.length : place;
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
