import { AWS_COMPATIBILITY, COMPATIBILITY_SWITCHES, parseCompatibility } from './compatibility.ts';

test('aws is none, rgw all, names those alone', () => {
  expect(parseCompatibility([])).toEqual(AWS_COMPATIBILITY);
  expect(parseCompatibility(['aws'])).toEqual(AWS_COMPATIBILITY);
  expect([...parseCompatibility(['rgw'])]).toEqual(Object.keys(COMPATIBILITY_SWITCHES));
  expect([...parseCompatibility(['sigv2', 'empty-region'])]).toEqual(['sigv2', 'empty-region']);
  expect(() => parseCompatibility(['minio'])).toThrow('"minio" is none of aws, rgw, open-new-buckets');
});
