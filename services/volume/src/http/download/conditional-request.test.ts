import { formatHttpDate, isModifiedSinceMet } from './conditional-request.ts';

test('dates are those of their seconds, in whatever order they are asked for', () => {
  const seconds = [0, 256, 512, 1, 257, 1_700_000_000, 1_700_000_256, 0, 256];
  expect(seconds.map(formatHttpDate)).toEqual(seconds.map((second) => new Date(second * 1000).toUTCString()));
});

test.each([
  ['Tue, 14 Nov 2023 22:13:20 GMT', true],
  ['Tue, 14 Nov 2023 22:13:21 GMT', true],
  ['Tue, 14 Nov 2023 22:13:19 GMT', false],
  ['2023-11-14T22:13:20Z', false],
  ['Tuesday, 14-Nov-23 22:13:20 GMT', false],
  ['Tue, 99 Nov 2023 22:13:20 GMT', false],
  ['', false],
])('not modified since %j: %s', (since, isMet) => {
  expect(isModifiedSinceMet({ 'if-modified-since': since }, 1_700_000_000)).toBe(isMet);
});
