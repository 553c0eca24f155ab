import { S3Error } from '../error/s3-error.ts';

const ENTITY = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-zA-Z]+));|&/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Text with its entities decoded: the five of XML and numeric ones.
 *
 * @throws S3Error `MalformedXML` for any other, and for an ampersand that begins none
 */
export const decodeEntities = (text: string): string =>
  text.includes('&') ? text.replace(ENTITY, decodeEntity) : text;

const decodeEntity = (
  _whole: string,
  hex: string | undefined,
  decimal: string | undefined,
  name: string | undefined,
): string => {
  if (name !== undefined) {
    const character = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    if (character !== undefined) return character;
  } else if (hex !== undefined || decimal !== undefined) {
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (codePoint > 0 && codePoint <= 0x10ffff && !isSurrogate) return String.fromCodePoint(codePoint);
  }
  throw new S3Error('MalformedXML');
};
