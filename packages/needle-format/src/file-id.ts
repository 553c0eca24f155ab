import { FormatError } from './format-error.ts';

/** Names one needle to clients: `<volume id>,<key in hex><cookie in 8 hex digits>`. */
export interface FileId {
  /** Unsigned 32-bit. */
  readonly volumeId: number;
  /** Unsigned 64-bit; the needle's id. */
  readonly key: bigint;
  /** Unsigned 32-bit. */
  readonly cookie: number;
}

const COOKIE_DIGITS = 8;
const KEY_AND_COOKIE_DIGITS_MAX = 24;
const VOLUME_ID_MAX = 0xffffffff;
const KEY_MAX = 2n ** 64n - 1n;

/**
 * Reads `vid,key+cookie`. What follows a `.` is dropped; `_N` (decimal) adds N to the key, `_` alone nothing.
 * @throws FormatError `bad-file-id`
 */
export function parseFileId(text: string): FileId {
  const comma = text.indexOf(',');
  if (comma <= 0)
    throw new FormatError('bad-file-id', `file id is ${JSON.stringify(text)}, expected <volume>,<key and cookie>`);
  const volumeId = parseVolumeId(text.slice(0, comma));
  return { volumeId, ...parseKeyAndCookie(text.slice(comma + 1)) };
}

/** @throws FormatError `bad-file-id` unless the text is a decimal number of 32 bits. */
export function parseVolumeId(text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= VOLUME_ID_MAX) return value;
  throw new FormatError('bad-file-id', `volume id is ${JSON.stringify(text)}, expected 0 to ${VOLUME_ID_MAX}`);
}

/**
 * The part behind the comma. Key 0 is written as 8 digits only and cannot be read back.
 * @throws FormatError `bad-file-id`
 */
export function parseKeyAndCookie(text: string): { key: bigint; cookie: number } {
  const dot = text.indexOf('.');
  const withoutExtension = dot < 0 ? text : text.slice(0, dot);
  const underscore = withoutExtension.lastIndexOf('_');
  const digits = underscore < 0 ? withoutExtension : withoutExtension.slice(0, underscore);
  if (digits.length <= COOKIE_DIGITS || digits.length > KEY_AND_COOKIE_DIGITS_MAX || !/^[0-9a-fA-F]+$/.test(digits)) {
    throw new FormatError(
      'bad-file-id',
      `key and cookie are ${JSON.stringify(text)}, expected ${COOKIE_DIGITS + 1} to ${KEY_AND_COOKIE_DIGITS_MAX} hex digits`,
    );
  }
  const delta = underscore < 0 ? 0n : parseDelta(withoutExtension.slice(underscore + 1));
  const key = BigInt(`0x${digits.slice(0, -COOKIE_DIGITS)}`) + delta;
  if (key > KEY_MAX) throw new FormatError('bad-file-id', `key of ${JSON.stringify(text)} exceeds 64 bits`);
  return { key, cookie: Number.parseInt(digits.slice(-COOKIE_DIGITS), 16) };
}

/** The text form, without leading zero bytes of the key. */
export function formatFileId(fileId: FileId): string {
  return `${fileId.volumeId},${formatKeyAndCookie(fileId.key, fileId.cookie)}`;
}

export function formatKeyAndCookie(key: bigint, cookie: number): string {
  const keyDigits = key === 0n ? '' : key.toString(16);
  const evenDigits = keyDigits.length % 2 === 0 ? keyDigits : `0${keyDigits}`;
  return evenDigits + cookie.toString(16).padStart(COOKIE_DIGITS, '0');
}

function parseDelta(text: string): bigint {
  if (/^\d{0,20}$/.test(text)) return BigInt(text);
  throw new FormatError('bad-file-id', `number after _ is ${JSON.stringify(text)}, expected a decimal`);
}
