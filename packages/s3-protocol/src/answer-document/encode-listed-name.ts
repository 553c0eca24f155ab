import { encodeUriPath } from '../address/uri-encoding.ts';
import { escapeXml } from '../xml/xml-escape.ts';

/** How names stand in a listing: as XML text, or URL-encoded when the request asked for encoding-type=url (s3.md rule 36). */
export type NameEncoder = (name: string) => string;

/** @param encodingType the query parameter's value; the caller has refused anything but `url` */
export const nameEncoder = (encodingType: string | undefined): NameEncoder =>
  encodingType === 'url' ? encodeUriPath : escapeXml;
