import {
  isOpenRetriable,
  isServerScanErrorCode,
  SCAN_ERROR_CODES,
  scanErrorHttpStatus,
  scanErrorNumber,
  scanErrorOfNumber,
} from './scan-error.ts';

test('every code with its number, whether an open may be repeated, and its HTTP status', () => {
  expect(
    SCAN_ERROR_CODES.map((code) => [
      code,
      isServerScanErrorCode(code) ? scanErrorNumber(code) : undefined,
      isOpenRetriable(code),
      scanErrorHttpStatus(code),
    ]),
  ).toEqual([
    ['storage-failed', 11, true, 503],
    ['not-leader', 12, true, 503],
    ['scanner-expired', 66, true, 410],
    ['unknown-scanner-id', 67, false, 404],
    ['invalid-scan-request', 68, false, 400],
    ['too-many-scanners', 69, true, 429],
    ['unavailable', undefined, true, 503],
    ['timed-out', undefined, true, 503],
    ['unsupported-version', undefined, false, 501],
    ['not-authorized', undefined, false, 403],
    ['broken-answer', undefined, false, 502],
  ]);
  for (const code of SCAN_ERROR_CODES)
    if (isServerScanErrorCode(code)) expect(scanErrorOfNumber(scanErrorNumber(code))).toBe(code);
  expect(scanErrorOfNumber(70)).toBeUndefined();
  expect(scanErrorHttpStatus('invalid-scan-request', true)).toBe(409);
});
