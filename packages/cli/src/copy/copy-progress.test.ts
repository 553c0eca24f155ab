import { newCounts } from './copy-prefix.ts';
import { formatBytes, renderProgress } from './copy-progress.ts';
import { formatS3Url, parseS3Url } from './s3-url.ts';

test('a line of progress', () => {
  const counts = { ...newCounts(), listed: 60, copied: 40, skipped: 10, copiedBytes: 3 * 2 ** 30, readBytes: 2 ** 30 };
  expect(renderProgress(counts, 1_200, false, 2)).toBe(
    '[#-----------------------] 50 of 1,200+ objects, 3.0 GiB, 512.0 MiB/s',
  );
  counts.failures.push({ key: 'k', code: 'backend', message: '' });
  expect(renderProgress(counts, 51, true, 0)).toBe(
    '[####################----] 51 of 60 objects, 3.0 GiB, 0 B/s, 1 failed',
  );
  expect(renderProgress(newCounts(), 0, false, 0)).toContain('[------------------------] 0 of 0+ objects');
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1.5 * 2 ** 40, '1.5 TiB'],
])('%i bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  ['s3://b', 'b', '', 's3://b'],
  ['s3://b/', 'b', '', 's3://b'],
  ['s3://b/a b/%2F', 'b', 'a b/%2F', 's3://b/a b/%2F'],
])('%s', (text, bucket, prefix, again) => {
  expect(parseS3Url(text)).toEqual({ bucket, prefix });
  expect(formatS3Url(parseS3Url(text))).toBe(again);
});

test.each(['s3://', 's3:///a', 'http://b', ''])('"%s" is refused', (text) => {
  expect(() => parseS3Url(text)).toThrow('is not of the form s3://bucket/prefix');
});
