import { permissionOf, staticActionOf } from '@needlestack/access-control';
import { S3_OPERATIONS, type S3OperationName } from './s3-operation.ts';

test.each(Object.entries(S3_OPERATIONS) as [S3OperationName, string][])(
  '%s needs %s of an identity of the static file, as its IAM action says',
  (operation, action) => {
    expect(staticActionOf(permissionOf(operation).action)).toBe(action);
  },
);
