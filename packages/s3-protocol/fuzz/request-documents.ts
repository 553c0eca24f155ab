// `node packages/s3-protocol/fuzz/request-documents.ts --minutes 1`: the documents of requests that are no configurations of a bucket, damaged.
import { isDeepStrictEqual } from 'node:util';
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import {
  ABAC_STATUS,
  ACCELERATE_CONFIGURATION,
  type ConfigurationDocument,
  LEGAL_HOLD_DOCUMENT,
  OBJECT_LOCK_CONFIGURATION,
  OWNERSHIP_CONTROLS,
  PUBLIC_ACCESS_BLOCK_CONFIGURATION,
  parseAccessControlPolicy,
  parseCompleteUpload,
  parseCreateBucketConfiguration,
  parseDeleteObjects,
  parseSelect,
  REQUEST_PAYMENT_CONFIGURATION,
  RETENTION_DOCUMENT,
  S3Error,
  VERSIONING_CONFIGURATION,
} from '../src/index.ts';

const isRefusal = (error: unknown): boolean => error instanceof S3Error;
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const parser = (parse: (input: Uint8Array) => unknown, root: string, ...insides: readonly string[]): FuzzTarget => ({
  name: root,
  seeds: insides.flatMap((inside) => [
    Buffer.from(`<${root}>${inside}</${root}>`),
    Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${NAMESPACE}><!-- x -->${inside}</${root}>\n`),
  ]),
  decode: parse,
  isRefusal,
});

/** Those that are written as well must say the same again. */
const document = <T>(of: ConfigurationDocument<T>, ...insides: readonly string[]): FuzzTarget =>
  parser(
    (input) => {
      const read = of.parse(input);
      const again = of.parse(Buffer.from(of.write(read)));
      if (!isDeepStrictEqual(again, read)) throw new Error('written in a form that says something else');
      return read;
    },
    of.root,
    ...insides,
  );

const part = (number: number): string =>
  `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${'0'.repeat(32)}&quot;</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>`;
const OWNER = '<Owner><ID>o</ID><DisplayName>d</DisplayName></Owner>';
const grantee = (type: string, inside: string): string =>
  `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${inside}</Grantee><Permission>READ</Permission></Grant>`;

await fuzz([
  parser(parseCompleteUpload, 'CompleteMultipartUpload', part(1), `${part(1)}${part(2)}`),
  parser(
    parseDeleteObjects,
    'Delete',
    '<Quiet>true</Quiet><Object><Key>a&amp;b</Key><VersionId>v</VersionId></Object><Object><Key><![CDATA[c]]></Key><ETag>"e"</ETag><Size>1</Size></Object>',
  ),
  parser(
    parseCreateBucketConfiguration,
    'CreateBucketConfiguration',
    '<LocationConstraint>eu-west-1</LocationConstraint>',
    '<Tags><Tag><Key>k</Key><Value>v</Value></Tag></Tags>',
  ),
  parser(
    parseSelect,
    'SelectObjectContentRequest',
    '<Expression>select * from s3object</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV><FileHeaderInfo>USE</FileHeaderInfo></CSV></InputSerialization><OutputSerialization><JSON/></OutputSerialization>',
  ),
  parser(
    parseAccessControlPolicy,
    'AccessControlPolicy',
    `${OWNER}<AccessControlList>${grantee('CanonicalUser', '<ID>o</ID>')}${grantee('Group', '<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>')}${grantee('AmazonCustomerByEmail', '<EmailAddress>a@b</EmailAddress>')}</AccessControlList>`,
  ),
  document(RETENTION_DOCUMENT, '<Mode>GOVERNANCE</Mode><RetainUntilDate>2100-01-01T00:00:00Z</RetainUntilDate>'),
  document(LEGAL_HOLD_DOCUMENT, '<Status>ON</Status>'),
  document(
    OBJECT_LOCK_CONFIGURATION,
    '<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Years>1</Years></DefaultRetention></Rule>',
  ),
  document(VERSIONING_CONFIGURATION, '<Status>Enabled</Status>'),
  document(OWNERSHIP_CONTROLS, '<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>'),
  document(
    PUBLIC_ACCESS_BLOCK_CONFIGURATION,
    '<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>',
  ),
  document(REQUEST_PAYMENT_CONFIGURATION, '<Payer>Requester</Payer>'),
  document(ACCELERATE_CONFIGURATION, '<Status>Suspended</Status>'),
  document(ABAC_STATUS, '<Status>Enabled</Status>'),
]);
