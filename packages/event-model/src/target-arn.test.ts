import { formatTargetArn, parseTargetArn, targetIdOf } from './target-arn.ts';

test.each([
  ['arn:needlestack:sqs:us-east-1:1:webhook', { region: 'us-east-1', id: '1', type: 'webhook' }],
  ['arn:needlestack:sqs::1:webhook', { region: '', id: '1', type: 'webhook' }],
  ['arn:rustfs:sqs:eu:primary:kafka', { region: 'eu', id: 'primary', type: 'kafka' }],
  ['arn:minio:sqs::PRIMARY:Webhook', { region: '', id: 'primary', type: 'webhook' }],
])('%s', (text, arn) => {
  expect(parseTargetArn(text)).toEqual(arn);
});

test.each([
  '',
  'arn',
  'arn:aws:sqs:us-east-1:123456789012:queue',
  'arn:needlestack:sns::1:webhook',
  'arn:needlestack:sqs:1:webhook',
  'arn:needlestack:sqs::1:webhook:more',
  'arn:needlestack:sqs:::webhook',
  'arn:needlestack:sqs::1:',
  'arn:needlestack:sqs::a b:webhook',
  `arn:needlestack:sqs::${'a'.repeat(600)}:webhook`,
])('%p is refused', (text) => {
  expect(parseTargetArn(text)).toBeUndefined();
});

test('formatting gives our own partition', () => {
  const arn = { region: 'r', id: '1', type: 'webhook' };
  expect(formatTargetArn(arn)).toBe('arn:needlestack:sqs:r:1:webhook');
  expect(parseTargetArn(formatTargetArn(arn))).toEqual(arn);
  expect(targetIdOf(arn)).toBe('1:webhook');
});
