import { invalidArgument, type QueryParameters } from '@needlestack/s3-protocol';

/** The versionId parameter, or undefined. @throws S3Error `InvalidArgument` when it is empty */
export const readVersionId = (query: QueryParameters): string | undefined => {
  const versionId = query.get('versionId');
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  return versionId;
};
