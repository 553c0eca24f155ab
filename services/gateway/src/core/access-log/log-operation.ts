import type { QueryParameters } from '@needlestack/s3-protocol';
import type { S3OperationName } from '../s3-operation.ts';

/** Operations whose name in the log is not made of method and sub-resource. */
const NAMES: Readonly<Partial<Record<S3OperationName | 'Preflight', string>>> = {
  CopyObject: 'REST.COPY.OBJECT',
  UploadPart: 'REST.PUT.PART',
  UploadPartCopy: 'REST.COPY.PART',
  CompleteMultipartUpload: 'REST.POST.UPLOAD',
  AbortMultipartUpload: 'REST.DELETE.UPLOAD',
  ListParts: 'REST.GET.UPLOAD',
  DeleteObjects: 'REST.POST.MULTI_OBJECT_DELETE',
  Preflight: 'REST.OPTIONS.PREFLIGHT',
  ListObjectVersions: 'REST.GET.BUCKETVERSIONS',
};

/** As RGW-style clients look for them. */
const RGW_NAMES: Readonly<Partial<Record<S3OperationName | 'Preflight', string>>> = {
  CopyObject: 'REST.PUT.OBJECT',
  DeleteObjects: 'REST.POST.DELETE_MULTI_OBJECT',
};

/** What deleting one key of many is called. */
export const logKeyOperation = (isRgw: boolean): string =>
  isRgw ? 'REST.POST.DELETE_MULTI_OBJECT' : 'BATCH.DELETE.OBJECT';

export interface LoggedRequest {
  readonly method: string;
  readonly key: string;
  readonly query: QueryParameters;
}

/** Such as `REST.GET.OBJECT`, `REST.PUT.LIFECYCLE`, `REST.GET.OBJECT_TAGGING`. */
export const logOperationName = (
  operation: S3OperationName | 'Preflight' | 'Website' | 'Unknown',
  { method, key, query }: LoggedRequest,
  isRgw: boolean,
): string => {
  if (operation === 'Website') return `WEBSITE.${method}.OBJECT`;
  const named = operation === 'Unknown' ? undefined : ((isRgw ? RGW_NAMES[operation] : undefined) ?? NAMES[operation]);
  if (named !== undefined) return named;
  const [subResource] = query.bare;
  const resource = key === '' ? 'BUCKET' : 'OBJECT';
  if (subResource === undefined || operation === 'GetObject' || operation === 'PutObject')
    return `REST.${method}.${resource}`;
  const name = subResource.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  const isOfObject = key !== '' && (name === 'TAGGING' || name === 'ACL');
  return `REST.${method}.${isOfObject && name === 'TAGGING' ? 'OBJECT_TAGGING' : name}`;
};
