import { S3Error } from '@needlestack/s3-protocol';
import { CATALOG_ERROR_CODES, CatalogError, VOLUME_ERROR_CODES, VolumeError } from '@needlestack/service-contracts';
import { toS3Error } from './to-s3-error.ts';

test('every refusal of another service has an answer', () => {
  for (const code of CATALOG_ERROR_CODES) {
    expect(toS3Error(new CatalogError(code, 'why')).status).toBeGreaterThanOrEqual(400);
  }
  for (const code of VOLUME_ERROR_CODES) {
    expect(toS3Error(new VolumeError(code, 'why')).status).toBeGreaterThanOrEqual(500);
  }
});

test('details come through, causes do not', () => {
  const part = toS3Error(new CatalogError('InvalidPart', 'inner words', { PartNumber: '3' }));
  expect([part.code, part.details]).toEqual(['InvalidPart', { PartNumber: '3' }]);
  expect(part.message).not.toContain('inner words');
  const fault = toS3Error(new Error('secret path'));
  expect([fault.code, fault.message.includes('secret')]).toEqual(['InternalError', false]);
  const refusal = new S3Error('NoSuchKey');
  expect(toS3Error(refusal)).toBe(refusal);
});
