import type { VolumeReport } from './build-heartbeat.ts';
import { digestVolumeReport } from './digest-volume-report.ts';
import { ReportedVolumes } from './reported-volumes.ts';

function report(volumeId: number, fileCount = 0): VolumeReport {
  return {
    volumeId,
    collection: 'photos',
    sizeBytes: 123_456,
    fileCount,
    deleteCount: 1,
    deletedBytes: 77,
    readOnly: true,
    replicaPlacement: 10,
    version: 3,
    ttl: 0x0303,
    compactionRevision: 2,
    modifiedAtSeconds: 1_700_000_000,
    diskType: 'ssd',
    diskId: 1,
    remoteStorageName: '',
    remoteStorageKey: '',
  };
}

const ids = (reports: readonly VolumeReport[]) => reports.map(({ volumeId }) => volumeId);

test('a master without digests is told everything each time', () => {
  const reported = new ReportedVolumes();
  for (let beat = 0; beat < 2; beat += 1) {
    const news = reported.next([report(1), report(2)]);
    expect([news.isWhole, ids(news.changed)]).toEqual([true, [1, 2]]);
  }
});

test('a master with digests is told everything once, then changes and departures, and all again on request', () => {
  const reported = new ReportedVolumes();
  reported.acceptChanges();
  expect(reported.next([report(1), report(2)]).isWhole).toBe(true);
  const quiet = reported.next([report(1), report(2)]);
  expect([quiet.isWhole, ids(quiet.changed), quiet.departed]).toEqual([false, [], []]);
  expect(quiet.digest).toBe(digestVolumeReport(report(1)) ^ digestVolumeReport(report(2)));
  const moved = reported.next([report(2, 5), report(3)]);
  expect([ids(moved.changed), ids(moved.departed)]).toEqual([[2, 3], [1]]);
  reported.requestAll();
  const all = reported.next([report(2, 5), report(3)]);
  expect([all.isWhole, ids(all.changed)]).toEqual([true, [2, 3]]);
  expect(reported.next([]).departed.map(({ volumeId }) => volumeId)).toEqual([2, 3]);
});
