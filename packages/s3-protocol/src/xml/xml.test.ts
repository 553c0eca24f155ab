import fc from 'fast-check';
import { writeListObjectsV1, writeListObjectsV2 } from '../answer-document/write-list-objects.ts';
import { writeDeleteResult } from '../answer-document/write-object-results.ts';
import { ERROR_CATALOG, isS3ErrorCode } from '../error/error-catalog.ts';
import { renderError } from '../error/render-error.ts';
import { S3Error } from '../error/s3-error.ts';
import { parseCompleteUpload } from '../request-document/parse-complete-upload.ts';
import { parseCreateBucketConfiguration } from '../request-document/parse-create-bucket.ts';
import { parseDeleteObjects } from '../request-document/parse-delete-objects.ts';
import { parseSelect } from '../request-document/parse-select.ts';
import { readDocument, writeDocument } from './document-content.ts';
import { parseAnyXml } from './parse-any-xml.ts';
import { parseXml } from './parse-xml.ts';
import { scanPlainXml } from './scan-plain-xml.ts';
import { escapeXml } from './xml-escape.ts';
import { childOf, childrenOf, textOf } from './xml-reader.ts';

const NS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'accepted';
};

test('any text survives writing and reading', () => {
  // XML 1.0 has no NUL; every other character does, at worst as a numeric entity.
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-composite' }),
      fc.string({ unit: fc.constantFrom('\u0001', '\n', '\r', '\t', '&', '<', '>', '"', "'", ' ', ']]>') }),
      (text, special) => {
        const value = (text + special).replaceAll('\u0000', '');
        expect(parseXml(Buffer.from(`<a><b>${escapeXml(value)}</b></a>`)).children[0]?.text).toBe(value);
      },
    ),
  );
});

describe('parsing', () => {
  test('with and without namespace, prefix, declaration, comments, CDATA', () => {
    const root = parseXml(
      Buffer.from(
        `<?xml version="1.0" encoding="UTF-8"?>\n<s3:Delete ${NS} xmlns:s3="x"><!-- c --><s3:Key> a&amp;b&#10;<![CDATA[<&amp;>]]></s3:Key><Empty/></s3:Delete>\n`,
      ),
    );
    expect(root.name).toBe('Delete');
    expect(textOf(root, 'Key')).toBe(' a&b\n<&amp;>');
    expect(childOf(root, 'Empty')).toEqual({ name: 'Empty', text: '', children: [] });
    expect(childrenOf(root, 'Key').length).toBe(1);
  });

  test.each([
    ['MissingRequestBodyError', ''],
    ['MalformedXML', 'text'],
    ['MalformedXML', '<a>'],
    ['MalformedXML', '<a></b>'],
    ['MalformedXML', '<a/><b/>'],
    ['MalformedXML', '<a>&unknown;</a>'],
    ['MalformedXML', '<a>&#0;</a>'],
    ['MalformedXML', '<a>& b</a>'],
    ['MalformedXML', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['MalformedXML', '<a>'.repeat(13) + '</a>'.repeat(13)],
    ['MalformedXML', `<a>${'<b/>'.repeat(120_001)}</a>`],
    ['MaxMessageLengthExceeded', `<a>${' '.repeat(4 * 1024 * 1024)}</a>`],
  ])('%s', (code, text) => {
    expect(codeOf(() => parseXml(Buffer.from(text)))).toBe(code);
  });

  test('bytes that are not UTF-8', () => {
    expect(codeOf(() => parseXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])))).toBe('MalformedXML');
  });

  test('mutated documents fail only with a coded error', () => {
    const document = Buffer.from(
      `<Delete ${NS}><Object><Key>a&amp;b</Key><VersionId>1</VersionId></Object><Quiet>true</Quiet></Delete>`,
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(document.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const mutated = Buffer.from(document);
          for (const [at, byte] of changes) mutated[at] = byte;
          codeOf(() => parseDeleteObjects(mutated));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('documents in plain form', () => {
  const outcomeOf = (parse: (text: string) => unknown, text: string): unknown => {
    try {
      return parse(text) ?? 'none';
    } catch (error) {
      if (error instanceof S3Error) return error.code;
      throw error;
    }
  };
  const plain = `<?xml version="1.0" encoding="UTF-8"?>\n<Delete ${NS}>\n <Object><Key>a&amp;&#98;"'=</Key><Id></Id></Object>\t<Quiet> true</Quiet></Delete>`;

  test('are read as the parser reads them', () => {
    expect(scanPlainXml(plain)).toEqual(parseAnyXml(plain));
    expect(scanPlainXml('<a><b> x </b> y <c></c>z</a>')).toEqual(parseAnyXml('<a><b> x </b> y <c></c>z</a>'));
  });

  test.each([
    '<a/>',
    '<a><b/></a>',
    '<a b="c"></a>',
    '<a><!-- --></a>',
    '<a></a><b></b>',
    '<a>\u00e9</a>',
    '<a>\r\n</a>',
    'a',
    '',
  ])('%j is left to the parser', (text) => expect(scanPlainXml(text)).toBeUndefined());

  test('mutated and still plain, they mean the same to both', () => {
    let plainOnes = 0;
    const change = fc.tuple(
      fc.nat(plain.length - 1),
      fc.constantFrom(...'<>/&;"= \n\r\t!?#xaD0]'),
      fc.constantFrom(0, 1),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let text = plain;
        for (const [at, character, removed] of changes) text = text.slice(0, at) + character + text.slice(at + removed);
        const scanned = outcomeOf(scanPlainXml, text.trim());
        if (scanned === 'none') return;
        plainOnes += 1;
        expect(scanned).toEqual(outcomeOf(parseAnyXml, text.trim()));
      }),
      { numRuns: 3_000 },
    );
    expect(plainOnes).toBeGreaterThan(100);
  });
});

describe('documents', () => {
  test('CreateBucketConfiguration', () => {
    expect(parseCreateBucketConfiguration(Buffer.alloc(0)).locationConstraint).toBeUndefined();
    const body = `<CreateBucketConfiguration ${NS}><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`;
    expect(parseCreateBucketConfiguration(Buffer.from(body)).locationConstraint).toBe('eu-west-1');
    expect(codeOf(() => parseCreateBucketConfiguration(Buffer.from('<Other/>')))).toBe('MalformedXML');
  });

  test('Delete', () => {
    const body = `<Delete><Object><Key> k </Key><VersionId>v</VersionId></Object><Object><Key>c</Key><ETag>"e"</ETag><Size>5</Size></Object><Quiet>true</Quiet></Delete>`;
    expect(parseDeleteObjects(Buffer.from(body))).toEqual({
      objects: [
        { key: ' k ', versionId: 'v' },
        { key: 'c', condition: { ifMatch: 'e', ifMatchSizeBytes: 5 } },
      ],
      isQuiet: true,
    });
    const many = `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1001)}</Delete>`;
    for (const text of ['<Delete/>', '<Delete><Object/></Delete>', many]) {
      expect(codeOf(() => parseDeleteObjects(Buffer.from(text)))).toBe('MalformedXML');
    }
  });

  test('CompleteMultipartUpload', () => {
    const body = `<CompleteMultipartUpload ${NS}><Part><ETag>&quot;e1&quot;</ETag><PartNumber>1</PartNumber><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part><Part><PartNumber>3</PartNumber><ETag>e3</ETag></Part></CompleteMultipartUpload>`;
    expect(parseCompleteUpload(Buffer.from(body))).toEqual([
      { partNumber: 1, etag: 'e1', checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } },
      { partNumber: 3, etag: 'e3' },
    ]);
    expect(codeOf(() => parseCompleteUpload(Buffer.from('<CompleteMultipartUpload/>')))).toBe('MalformedXML');
    const part = (number: string): Buffer =>
      Buffer.from(
        `<CompleteMultipartUpload><Part><PartNumber>${number}</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>`,
      );
    expect(codeOf(() => parseCompleteUpload(part('10001')))).toBe('InvalidArgument');
    expect(codeOf(() => parseCompleteUpload(part('one')))).toBe('MalformedXML');
  });

  test('a document as plain content and back', () => {
    const body = `<NotificationConfiguration ${NS}>\n<QueueConfiguration><Id>one</Id><Event>a</Event><Event>b</Event><Filter><S3Key/></Filter></QueueConfiguration></NotificationConfiguration>`;
    const content = readDocument(Buffer.from(body), 'NotificationConfiguration');
    const plain = { QueueConfiguration: { Id: 'one', Event: ['a', 'b'], Filter: { S3Key: '' } } };
    expect(JSON.parse(JSON.stringify(content))).toEqual(plain);
    const written = Buffer.from(writeDocument('NotificationConfiguration', content));
    expect(JSON.parse(JSON.stringify(readDocument(written, 'NotificationConfiguration')))).toEqual(plain);
    expect(codeOf(() => readDocument(Buffer.from('<Other/>'), 'NotificationConfiguration'))).toBe('MalformedXML');
  });

  test('SelectObjectContentRequest', () => {
    const body = `<SelectObjectContentRequest ${NS}><Expression>SELECT * FROM S3Object s WHERE s.a &lt; 3</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CompressionType>NONE</CompressionType><CSV><FieldDelimiter>	</FieldDelimiter></CSV></InputSerialization><OutputSerialization><JSON/></OutputSerialization><ScanRange><Start>5</Start></ScanRange></SelectObjectContentRequest>`;
    const request = parseSelect(Buffer.from(body));
    expect(request.expression).toBe('SELECT * FROM S3Object s WHERE s.a < 3');
    expect(JSON.parse(JSON.stringify(request.inputSerialization))).toEqual({
      CompressionType: 'NONE',
      CSV: { FieldDelimiter: '\t' },
    });
    expect(JSON.parse(JSON.stringify(request.outputSerialization))).toEqual({ JSON: {} });
    expect(request.scanRange).toEqual({ Start: '5' });
    expect(codeOf(() => parseSelect(Buffer.from('<SelectObjectContentRequest/>')))).toBe('MalformedXML');
  });
});

describe('answers', () => {
  const page = {
    bucket: 'b',
    prefix: 'a b/',
    delimiter: '/',
    maxKeys: 1000,
    isTruncated: true,
    objects: [
      { key: 'a b/\u0001&', sizeBytes: 3, etag: 'e', lastModifiedMs: 0, storageClass: 'STANDARD', ownerId: 'o' },
    ],
    commonPrefixes: ['a b/+/'],
  };

  test('ListObjects, plain and URL-encoded', () => {
    const plain = writeListObjectsV1({ ...page, marker: '', nextMarker: 'a b/+/', encodingType: undefined }, (id) => ({
      id,
      displayName: 'owner',
    }));
    expect(plain).toContain(
      '<Key>a b/&#x1;&amp;</Key><LastModified>1970-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>',
    );
    expect(plain).toContain(
      '<Owner><ID>o</ID><DisplayName>owner</DisplayName></Owner><StorageClass>STANDARD</StorageClass>',
    );
    const encoded = writeListObjectsV2(
      {
        ...page,
        startAfter: undefined,
        continuationToken: 't&',
        nextContinuationToken: 'n',
        fetchOwner: false,
        encodingType: 'url',
      },
      (id) => ({ id, displayName: undefined }),
    );
    expect(encoded).toContain('<Key>a%20b/%01%26</Key>');
    expect(encoded).toContain('<CommonPrefixes><Prefix>a%20b/%2B/</Prefix></CommonPrefixes>');
    expect(encoded).toContain(
      '<ContinuationToken>t&amp;</ContinuationToken><NextContinuationToken>n</NextContinuationToken><KeyCount>2</KeyCount>',
    );
    expect(encoded).not.toContain('<Owner>');
  });

  test('DeleteResult', () => {
    const text = writeDeleteResult([{ key: 'a<' }], [{ key: 'b', code: 'AccessDenied', message: 'no' }]);
    expect(text).toContain(
      '<Deleted><Key>a&lt;</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>no</Message></Error>',
    );
  });

  test('every error renders, with its elements in order and nothing else', () => {
    for (const code of Object.keys(ERROR_CATALOG)) {
      if (!isS3ErrorCode(code)) throw new Error(code);
      const { elements, status } = ERROR_CATALOG[code];
      const details = Object.fromEntries([...elements, 'Unlisted'].map((name: string) => [name, `<${name}>`]));
      const text = renderError(new S3Error(code, { details }), '/b/a&b', 'REQ', 'HOST');
      const root = parseXml(Buffer.from(text));
      expect(root.children.map((child) => child.name)).toEqual([
        'Code',
        'Message',
        ...elements,
        'Resource',
        'RequestId',
        'HostId',
      ]);
      expect(textOf(root, 'Resource')).toBe('/b/a&b');
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect(isS3ErrorCode('toString')).toBe(false);
  });
});
