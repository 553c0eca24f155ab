import type { NotificationDocument } from './notification-document.ts';
import { NotificationError } from './notification-error.ts';
import { parseNotificationDocument } from './parse-notification-document.ts';
import { renderNotificationDocument } from './render-notification-document.ts';

const ARN = 'arn:needlestack:sqs:us-east-1:1:webhook';

function parse(document: NotificationDocument) {
  let made = 0;
  return parseNotificationDocument(document, {
    region: 'us-east-1',
    hasTarget: (targetId) => targetId === '1:webhook' || targetId === '2:webhook',
    makeRuleId: () => {
      made += 1;
      return `made-${made}`;
    },
  });
}

function refusal(document: NotificationDocument): string {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof NotificationError) return error.code;
    throw error;
  }
  return 'accepted';
}

function rule(more: NotificationDocument = {}): NotificationDocument {
  return { Queue: ARN, Event: 's3:ObjectCreated:*', ...more };
}

function filtered(...rules: NotificationDocument[]): NotificationDocument {
  return { QueueConfiguration: rule({ Filter: { S3Key: { FilterRule: rules } } }) };
}

describe('accepted', () => {
  test('an empty document removes all rules', () => {
    expect(parse({})).toEqual({ rules: [] });
    expect(parse({ '@_xmlns': 'http://s3.amazonaws.com/doc/2006-03-01/', '#text': '\n' })).toEqual({ rules: [] });
  });

  test('one element or many, an Id given or made', () => {
    expect(parse({ QueueConfiguration: rule() }).rules).toEqual([
      { id: 'made-1', arn: ARN, targetId: '1:webhook', events: ['s3:ObjectCreated:*'] },
    ]);
    const two = parse({ QueueConfiguration: [rule({ Id: 'first' }), rule({ Id: '', Event: ['s3:ObjectAcl:Put'] })] });
    expect(two.rules.map(({ id }) => id)).toEqual(['first', 'made-1']);
  });

  test('filter names in any case, with or without FilterRuleList', () => {
    const rules = [
      { Name: 'Prefix', Value: 'in/' },
      { Name: 'SUFFIX', Value: '.csv' },
    ];
    for (const s3Key of [{ FilterRule: rules }, { FilterRuleList: { FilterRule: rules } }]) {
      expect(parse({ QueueConfiguration: rule({ Filter: { S3Key: s3Key } }) }).rules[0]).toMatchObject({
        prefix: 'in/',
        suffix: '.csv',
      });
    }
    expect(parse({ QueueConfiguration: rule({ Filter: '' }) }).rules).toHaveLength(1);
    expect(parse({ QueueConfiguration: rule({ Filter: { S3Key: '' } }) }).rules).toHaveLength(1);
  });

  test('an empty region is ours; other stores’ partitions are read; the ARN is echoed as given', () => {
    const arn = 'arn:minio:sqs::1:webhook';
    const configuration = parse({ QueueConfiguration: rule({ Queue: arn, Id: 'i' }) });
    expect(configuration.rules[0]).toMatchObject({ arn, targetId: '1:webhook' });
    expect(renderNotificationDocument(configuration)).toEqual({
      QueueConfiguration: [{ Id: 'i', Queue: arn, Event: ['s3:ObjectCreated:*'] }],
    });
  });

  test('overlapping prefixes for the same event fan out', () => {
    const document = {
      QueueConfiguration: ['', 'a', 'ab'].map((prefix) =>
        rule({ Filter: { S3Key: { FilterRule: { Name: 'prefix', Value: prefix } } } }),
      ),
    };
    expect(parse(document).rules).toHaveLength(3);
  });

  test('a value of 1024 characters outside the basic plane', () => {
    expect(refusal(filtered({ Name: 'prefix', Value: '😀'.repeat(1024) }))).toBe('accepted');
  });

  test('what is rendered parses to the same rules', () => {
    const document = {
      QueueConfiguration: [
        rule({ Id: 'a', Filter: { S3Key: { FilterRule: [{ Name: 'suffix', Value: '.x' }] } } }),
        rule({ Id: 'b', Event: ['s3:ObjectRemoved:Delete', 's3:ObjectCreated:Copy'] }),
      ],
    };
    const configuration = parse(document);
    expect(parse(renderNotificationDocument(configuration))).toEqual(configuration);
  });
});

describe('refused', () => {
  test.each<[string, NotificationDocument]>([
    ['no Event', { QueueConfiguration: { Queue: ARN } }],
    ['no Queue', { QueueConfiguration: { Event: 's3:ObjectCreated:Put' } }],
    ['two Queues', { QueueConfiguration: rule({ Queue: [ARN, ARN] }) }],
    ['an empty rule', { QueueConfiguration: '' }],
    ['an unknown element', { Rules: 'x' }],
    ['an unknown element in a rule', { QueueConfiguration: rule({ Topic: ARN }) }],
    ['an Event with elements', { QueueConfiguration: rule({ Event: { a: 'b' } }) }],
    ['a filter rule without Value', filtered({ Name: 'prefix' })],
    ['text in a filter', { QueueConfiguration: rule({ Filter: 'prefix' }) }],
    ['a foreign filter', { QueueConfiguration: rule({ Filter: { Tags: 'x' } }) }],
  ])('%s: MalformedXML', (_, document) => {
    expect(refusal(document)).toBe('MalformedXML');
  });

  test.each<[string, NotificationDocument]>([
    ['an unknown event', { QueueConfiguration: rule({ Event: 's3:ObjectCreated:Putt' }) }],
    ['a metrics-only event', { QueueConfiguration: rule({ Event: 's3:ObjectRemoved:DeleteObjects' }) }],
    ['an event twice', { QueueConfiguration: rule({ Event: ['s3:ObjectAcl:Put', 's3:ObjectAcl:Put'] }) }],
    [
      'an event and its alias',
      { QueueConfiguration: rule({ Event: ['s3:ObjectTagging:Put', 's3:ObjectCreated:PutTagging'] }) },
    ],
    ['a filter named otherwise', filtered({ Name: 'infix', Value: 'a' })],
    ['two prefixes', filtered({ Name: 'prefix', Value: 'a' }, { Name: 'Prefix', Value: 'b' })],
    ['a long value', filtered({ Name: 'prefix', Value: 'a'.repeat(1025) })],
    ['a dot segment', filtered({ Name: 'prefix', Value: 'a/./b' })],
    ['a double-dot segment', filtered({ Name: 'suffix', Value: '..' })],
    ['a backslash', filtered({ Name: 'suffix', Value: 'a\\b' })],
    ['an ARN that is none', { QueueConfiguration: rule({ Queue: 'arn:aws:sqs:us-east-1:1:q' }) }],
    ['an unknown target', { QueueConfiguration: rule({ Queue: 'arn:needlestack:sqs::9:webhook' }) }],
    ['another region', { QueueConfiguration: rule({ Queue: 'arn:needlestack:sqs:eu-west-1:1:webhook' }) }],
    ['an Id twice', { QueueConfiguration: [rule({ Id: 'a' }), rule({ Id: 'a', Event: 's3:ObjectAcl:Put' })] }],
    ['a long Id', { QueueConfiguration: rule({ Id: 'a'.repeat(256) }) }],
    [
      'the same rule twice',
      {
        QueueConfiguration: [
          rule({ Id: 'a', Event: ['s3:ObjectAcl:Put', 's3:ObjectCreated:Put'] }),
          rule({ Id: 'b', Event: ['s3:ObjectCreated:Put', 's3:ObjectAcl:Put'] }),
        ],
      },
    ],
    [
      '101 rules',
      {
        QueueConfiguration: Array.from({ length: 101 }, (_, index) =>
          rule({ Filter: { S3Key: { FilterRule: { Name: 'prefix', Value: `p${index}` } } } }),
        ),
      },
    ],
  ])('%s: InvalidArgument', (_, document) => {
    expect(refusal(document)).toBe('InvalidArgument');
  });

  test.each(['TopicConfiguration', 'CloudFunctionConfiguration', 'EventBridgeConfiguration'])(
    '%s: UnsupportedConfiguration',
    (element) => {
      expect(refusal({ [element]: '', QueueConfiguration: rule() })).toBe('UnsupportedConfiguration');
    },
  );
});
