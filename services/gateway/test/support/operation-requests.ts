/** A request for every S3 operation, made from the gateway's own routes: a new operation is in it by being served. */
import { parseQuery } from '@needlestack/s3-protocol';
import { routeAccountOperation, routeOperation, S3_ROUTES, withCopySource } from '../../src/core/route-operation.ts';
import type { S3OperationName } from '../../src/core/s3-operation.ts';

export interface OperationRequest {
  readonly operation: S3OperationName;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Values of sub-resources and parameters that an operation cannot do without. */
const VALUES: Readonly<Record<string, string>> = {
  uploadId: 'uploadId=00000000000000000000000000000000&partNumber=1',
  select: 'select&select-type=2',
};
/** Sub-resources whose operations are told apart by an id. */
const WITH_ID = new Set(['analytics', 'intelligent-tiering', 'inventory', 'metrics']);

/** @param place an object that exists */
export const requestsOfAllOperations = (place: {
  readonly bucket: string;
  readonly key: string;
  readonly accountId: string;
}): readonly OperationRequest[] => {
  const paths = { service: '/', bucket: `/${place.bucket}`, object: `/${place.bucket}/${place.key}` };
  const requests: OperationRequest[] = [];
  const add = (
    scope: keyof typeof paths,
    method: string,
    query: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const routed = routeOperation(
      method,
      scope === 'service' ? '' : place.bucket,
      scope === 'object' ? place.key : '',
      parseQuery(query),
    );
    const operation = withCopySource(routed, headers['x-amz-copy-source'] !== undefined);
    requests.push({ operation, method, path: paths[scope], query, headers });
  };
  for (const scope of ['service', 'bucket', 'object'] as const) {
    for (const route of Object.keys(S3_ROUTES[scope])) {
      const [method = '', subResource] = route.split(' ');
      const query = subResource === undefined ? '' : (VALUES[subResource] ?? subResource);
      add(scope, method, query);
      if (subResource !== undefined && WITH_ID.has(subResource)) add(scope, method, `${query}&id=x`);
    }
  }
  add('bucket', 'GET', 'list-type=2');
  const source = { 'x-amz-copy-source': `${place.bucket}/${place.key}` };
  add('object', 'PUT', '', source);
  add('object', 'PUT', VALUES.uploadId ?? '', source);
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const path = 'configuration/publicAccessBlock';
    requests.push({
      operation: routeAccountOperation(method, path),
      method,
      path: `/v20180820/${path}`,
      query: '',
      headers: { 'x-amz-account-id': place.accountId },
    });
  }
  return requests;
};
