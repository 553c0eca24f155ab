import { XML_DECLARATION } from '../xml/xml-escape.ts';

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Declaration and root element around a ready body. */
export const wrapDocument = (root: string, body: string): string =>
  `${XML_DECLARATION}<${root} xmlns="${S3_NAMESPACE}">${body}</${root}>`;

let cachedTimeMs = -1;
let cachedTime = '';

/** ISO 8601 with milliseconds, as documents carry times. The last one is remembered: listings hold runs of equal ones. */
export const formatXmlTime = (timeMs: number): string => {
  if (timeMs !== cachedTimeMs) {
    cachedTime = new Date(timeMs).toISOString();
    cachedTimeMs = timeMs;
  }
  return cachedTime;
};
