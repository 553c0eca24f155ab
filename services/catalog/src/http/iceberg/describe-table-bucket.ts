import { enableTableBucket, isTableBucketEnabled } from '../../core/tables/warehouse.ts';
import type { IcebergAnswer } from './iceberg-answer.ts';
import type { Operation, OperationContext } from './iceberg-operation.ts';

/** Operator route GET `/buckets/{bucket}`. */
export const getTableBucket: Operation = async (context) => describe(context);

/** Operator route PUT `/buckets/{bucket}`: makes an ordinary bucket a table bucket; again is no change. */
export const putTableBucket: Operation = async (context) => {
  await enableTableBucket(context.catalog.buckets, context.warehouse.bucket);
  return describe(context);
};

async function describe({ catalog, settings, warehouse }: OperationContext): Promise<IcebergAnswer> {
  const { bucket } = warehouse;
  const endpoint = settings.s3Endpoint ?? '';
  const isEnabled = await isTableBucketEnabled(catalog.buckets, bucket);
  return {
    status: 200,
    body: {
      'table-bucket': bucket,
      enabled: isEnabled,
      'catalog-type': 'iceberg-rest',
      warehouse: bucket,
      'warehouse-location': `s3://${bucket}`,
      'catalog-uri': `${endpoint}/iceberg`,
      'compat-catalog-uri': `${endpoint}/_iceberg`,
      'credential-vending': false,
      'credential-scope': 'table',
      'credential-scope-prefix': `s3://${bucket}/`,
      'catalog-entry-present': isEnabled,
      properties: {},
    },
  };
}
