/** PutBucketEncryption: how objects are encrypted whose writers say nothing about it. */
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { boolean, oneOf, optional, record, repeated, required, type Shaped, text } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const DEFAULT_SHAPE = record({
  algorithm: required('SSEAlgorithm', oneOf('AES256', 'aws:kms', 'aws:kms:dsse')),
  kmsKeyId: optional('KMSMasterKeyID', text()),
});

const RULE_SHAPE = record({
  byDefault: optional('ApplyServerSideEncryptionByDefault', DEFAULT_SHAPE),
  isBucketKeyEnabled: optional('BucketKeyEnabled', boolean()),
  blockedTypes: optional(
    'BlockedEncryptionTypes',
    record({ types: repeated('EncryptionType', oneOf('NONE', 'SSE-C')) }),
  ),
});

const SHAPE = record({ rules: repeated('Rule', RULE_SHAPE) });

export type EncryptionConfiguration = Shaped<typeof SHAPE>;

const checkConfiguration = ({ rules }: EncryptionConfiguration): void => {
  const [rule] = rules;
  if (rule === undefined || rules.length > 1) throw new S3Error('MalformedXML');
  const { byDefault } = rule;
  if (byDefault === undefined) return;
  if (byDefault.kmsKeyId !== undefined && byDefault.algorithm === 'AES256') {
    throw invalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      'KMSMasterKeyID',
      byDefault.kmsKeyId,
    );
  }
};

export const ENCRYPTION_CONFIGURATION = configurationDocument(
  'ServerSideEncryptionConfiguration',
  SHAPE,
  checkConfiguration,
);
