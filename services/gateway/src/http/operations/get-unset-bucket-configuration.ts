/** Configurations that no bucket can have yet: the answer is what S3 gives for a bucket on which they were never set. */
import { S3Error, type S3ErrorCode, wrapDocument } from '@needlestack/s3-protocol';
import type { GatewayContext } from '../gateway-context.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

const ABSENT: Readonly<Record<string, S3ErrorCode>> = {
  policy: 'NoSuchBucketPolicy',
  policyStatus: 'NoSuchBucketPolicy',
};

const PUBLIC_ACCESS_BLOCK = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
  .map((setting) => `<${setting}>true</${setting}>`)
  .join('');

const DOCUMENTS: Readonly<Record<string, string>> = {
  requestPayment: wrapDocument('RequestPaymentConfiguration', '<Payer>BucketOwner</Payer>'),
  // Both are how buckets really behave here: no ACL counts and nothing is public.
  ownershipControls: wrapDocument(
    'OwnershipControls',
    '<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>',
  ),
  publicAccessBlock: wrapDocument('PublicAccessBlockConfiguration', PUBLIC_ACCESS_BLOCK),
};

export const getUnsetBucketConfiguration = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  for (const name of exchange.query.entries.keys()) {
    const code = ABSENT[name];
    if (code !== undefined) throw new S3Error(code, { details: { BucketName: exchange.bucket } });
    const document = DOCUMENTS[name];
    if (document !== undefined) {
      sendXml(exchange, context, 200, document);
      return;
    }
  }
  throw new S3Error('NotImplemented');
};
