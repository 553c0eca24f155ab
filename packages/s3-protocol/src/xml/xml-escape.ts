/** First line of every XML answer; nothing may stand before it. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

// Control characters do not fit XML 1.0 and are written as numeric entities, as AWS does (s3.md rule 36).
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const NEEDS_ESCAPE = /[&<>"'\u0000-\u001f\u007f\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const ESCAPABLE = /[&<>"'\u0000-\u001f\u007f\ufffe\uffff]/g;

const escapeCharacter = (character: string): string => {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&apos;';
    default:
      return `&#x${character.charCodeAt(0).toString(16)};`;
  }
};

/** Text content of an element. Plain text is returned as it is, without a copy. */
export const escapeXml = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? text.replace(ESCAPABLE, escapeCharacter) : text;
