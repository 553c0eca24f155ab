/** What a copy carries beside its bytes: its source's, or the request's. */
import type { SignableRequest } from '@needlestack/s3-protocol';
import { headerValue, type QueryParameters } from '@needlestack/s3-protocol';
import type { NewObjectVersion, ObjectVersion } from '@needlestack/service-contracts';
import { readCopyDirective, readObjectAttributes } from './object-attributes.ts';

export type CopiedAttributes = Pick<NewObjectVersion, 'systemHeaders' | 'userMetadata' | 'storageClass' | 'tags'>;

const REDIRECT = 'x-amz-website-redirect-location';

/** What the request asks of the attributes; read before the source is looked up. */
export interface CopyAttributesPlan {
  readonly metadata: 'COPY' | 'REPLACE';
  readonly tagging: 'COPY' | 'REPLACE';
  readonly asked: ReturnType<typeof readObjectAttributes>;
  readonly redirect: string | undefined;
}

/** @throws S3Error `InvalidArgument`, and as readObjectAttributes */
export const planCopyAttributes = (request: SignableRequest, query: QueryParameters): CopyAttributesPlan => ({
  metadata: readCopyDirective(request.headers, 'metadata'),
  tagging: readCopyDirective(request.headers, 'tagging'),
  asked: readObjectAttributes(request, query),
  redirect: headerValue(request.headers, REDIRECT),
});

export const chooseCopyAttributes = (plan: CopyAttributesPlan, source: ObjectVersion): CopiedAttributes => {
  const { asked } = plan;
  const tags = plan.tagging === 'REPLACE' ? asked.tags : source.tags;
  const { systemHeaders, userMetadata } = plan.metadata === 'REPLACE' ? asked : withRedirect(source, plan.redirect);
  return {
    systemHeaders,
    userMetadata,
    storageClass: asked.storageClass,
    ...(tags === undefined ? undefined : { tags }),
  };
};

/** Where the redirect points is never copied: it belongs to the place, not to the bytes. */
const withRedirect = (
  source: ObjectVersion,
  redirect: string | undefined,
): Pick<CopiedAttributes, 'systemHeaders' | 'userMetadata'> => {
  const { [REDIRECT]: _left, ...systemHeaders } = source.systemHeaders;
  return {
    systemHeaders: redirect === undefined ? systemHeaders : { ...systemHeaders, [REDIRECT]: redirect },
    userMetadata: source.userMetadata,
  };
};
