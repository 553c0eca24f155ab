import fc from 'fast-check';
import { EVENT_NAMES, EVENT_WILDCARDS } from './event-names.ts';
import {
  decodeNotificationConfiguration,
  encodeNotificationConfiguration,
  NotificationCodecError,
} from './notification-codec.ts';

const rule = fc.record(
  {
    id: fc.string(),
    arn: fc.string(),
    targetId: fc.string(),
    events: fc.array(
      fc.constantFrom(...EVENT_NAMES, ...EVENT_WILDCARDS).map((name) => `s3:${name}`),
      { minLength: 1 },
    ),
    prefix: fc.string({ unit: 'grapheme' }),
    suffix: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: ['id', 'arn', 'targetId', 'events'] },
);

test('what was stored is read back', () => {
  fc.assert(
    fc.property(fc.record({ rules: fc.array(rule, { maxLength: 5 }) }), (configuration) => {
      const bytes = encodeNotificationConfiguration(configuration);
      expect(decodeNotificationConfiguration(bytes)).toStrictEqual({
        rules: configuration.rules.map((each) => ({ ...each })),
      });
    }),
  );
});

test.each([
  '',
  'null',
  '[]',
  '{"rules":[]}',
  '{"v":2,"rules":[]}',
  '{"v":1}',
  '{"v":1,"rules":[null]}',
  '{"v":1,"rules":[{"id":"a","arn":"b","events":[]}]}',
  '{"v":1,"rules":[{"id":"a","arn":"b","targetId":"c","events":["s3:Nothing"]}]}',
])('%p is refused with a coded error', (text) => {
  expect(() => decodeNotificationConfiguration(Buffer.from(text))).toThrow(NotificationCodecError);
});

test('random bytes are refused with a coded error', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(() => decodeNotificationConfiguration(bytes)).toThrow(NotificationCodecError);
    }),
  );
});
