import { escapeXml, XML_DECLARATION } from '../xml/xml-escape.ts';

/** What a form gets that asked for 201. */
export const writePostResponse = (stored: {
  readonly location: string;
  readonly bucket: string;
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
}): string =>
  `${XML_DECLARATION}<PostResponse><Location>${escapeXml(stored.location)}</Location><Bucket>${escapeXml(stored.bucket)}</Bucket>` +
  `<Key>${escapeXml(stored.key)}</Key><ETag>&quot;${stored.etag}&quot;</ETag></PostResponse>`;
