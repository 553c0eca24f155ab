import type { BucketFeature } from '../cell.ts';
import type { Connection } from './connection.ts';
import { createUser } from './iam-calls.ts';
import type { LoadOrder } from './load-message.ts';
import { S3Calls } from './s3-calls.ts';

/** The bucket of cells without a feature. */
export const BENCH_BUCKET = 'bench-objects';

/** Where the objects of a cell lie, and calls by whom they belong to. */
export interface ObjectBucket {
  readonly name: string;
  readonly s3: S3Calls;
}

const opened = new Map<string, ObjectBucket>();

/** The bucket as the cell's feature wants it; made once for each server. */
export async function openBucket({ endpoint, cell }: LoadOrder, connection: Connection): Promise<ObjectBucket> {
  const id = `${endpoint.name} ${cell.feature ?? ''}`;
  const known = opened.get(id);
  if (known !== undefined) return known;
  const name = cell.feature === undefined ? BENCH_BUCKET : `bench-${cell.feature}`;
  const owner = new S3Calls(endpoint);
  await owner.createBucket(connection, name);
  const bucket = { name, s3: await FEATURES[cell.feature ?? 'none']({ endpoint, owner, name, connection }) };
  opened.set(id, bucket);
  return bucket;
}

interface NewBucket {
  readonly endpoint: LoadOrder['endpoint'];
  readonly owner: S3Calls;
  readonly name: string;
  readonly connection: Connection;
}

/** Gives the bucket its feature, and the calls that use it. */
const FEATURES: Readonly<Record<BucketFeature | 'none', (bucket: NewBucket) => Promise<S3Calls>>> = {
  none: async ({ owner }) => owner,
  versioned: async ({ owner, name, connection }) => {
    const document = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await owner.configureBucket(connection, name, 'versioning', document);
    return owner;
  },
  tagged: async ({ endpoint }) => new S3Calls(endpoint, { putHeaders: { 'x-amz-tagging': 'team=lake&stage=raw' } }),
  policy: async ({ endpoint, owner, name, connection }) => {
    const { arn, credentials } = await createUser(endpoint, 'bench-user');
    await owner.configureBucket(connection, name, 'policy', JSON.stringify(policyFor(name, arn)));
    return new S3Calls({ ...endpoint, credentials });
  },
  'sse-s3': async ({ owner, name, connection }) => {
    const rule =
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
    const document = `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
    await owner.configureBucket(connection, name, 'encryption', document);
    return owner;
  },
};

/** The user has no policies of its own: this one lets it read and write, and forbids it much that must be looked at first. */
function policyFor(bucket: string, userArn: string): object {
  const objects = `arn:aws:s3:::${bucket}/*`;
  const AWS = userArn;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'NotFromOutside',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*Object',
        Resource: objects,
        Condition: { NotIpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '::1/128'] } },
      },
      { Sid: 'NotThese', Effect: 'Deny', Principal: { AWS }, Action: 's3:PutObject', Resource: `${objects}.sealed` },
      { Sid: 'Lists', Effect: 'Allow', Principal: { AWS }, Action: 's3:List*', Resource: `arn:aws:s3:::${bucket}` },
      { Sid: 'Writes', Effect: 'Allow', Principal: { AWS }, Action: 's3:PutObject', Resource: objects },
      { Sid: 'Reads', Effect: 'Allow', Principal: { AWS }, Action: 's3:GetObject', Resource: objects },
    ],
  };
}
