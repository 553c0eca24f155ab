import { date, integer, property, assert as verify } from 'fast-check';
import { compareTimestamps, timestampFromEpochMs } from './timestamp.ts';
import { formatTimestamp, parseTimestamp } from './timestamp-text.ts';

const year = (value: number): Date => new Date(Date.UTC(value, 0));

test('what is written reads back as the same moment, in any offset', async () => {
  const dates = date({ min: year(1000), max: year(9998), noInvalidDate: true });
  await verify(
    property(dates, integer({ min: -1439, max: 1439 }), (moment, offsetMinutes) => {
      const utc = timestampFromEpochMs(moment.getTime());
      const text = formatTimestamp(utc);
      expect(text).toBe(moment.toISOString());
      const read = parseTimestamp(text);
      expect(read === undefined ? undefined : compareTimestamps(read, utc)).toBe(0);
      const local = new Date(moment.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
      const total = Math.abs(offsetMinutes);
      const zone = `${offsetMinutes < 0 ? '-' : '+'}${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
      const shifted = parseTimestamp(local + zone);
      if (zone !== '-00:00') expect(shifted === undefined ? undefined : compareTimestamps(shifted, utc)).toBe(0);
    }),
  );
});

test.each([
  '2007T',
  '2007-02T',
  '2007-02-03T',
  '2007-02-03T04:05Z',
  '2007-02-03T04:05:06Z',
  '0001-01-01T00:00:00.000000001+23:59',
])('%s keeps its precision', (text) => {
  const read = parseTimestamp(text);
  expect(read === undefined ? undefined : formatTimestamp(read)).toBe(text);
});

test.each([
  '2007',
  '2007-13T',
  '2007-02-29T',
  '0000T',
  '2007-02-03T24:00Z',
  '2007-02-03T04:05',
  '2007-02-03T04Z',
  '2007-02-03T04:05+24:00',
  '',
  'T',
])('%p is none', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});
