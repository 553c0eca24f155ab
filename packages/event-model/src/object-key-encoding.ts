/** How an object key stands in a record: form encoding of its UTF-8 bytes with the slash kept, as AWS writes it. */

/** Characters that encodeURIComponent leaves alone and form encoding does not. */
const STILL_TO_ESCAPE = /[!'()~]/g;

/** Space becomes `+`; letters, digits and `*-._/` stay; every other byte becomes `%XX` in upper case. */
export function encodeObjectKey(key: string): string {
  return encodeURIComponent(key.toWellFormed())
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/')
    .replace(STILL_TO_ESCAPE, escapeAscii);
}

/** Inverse of encodeObjectKey; also reads an escaped slash, as other stores write it. Throws URIError on broken escapes. */
export function decodeObjectKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

function escapeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
