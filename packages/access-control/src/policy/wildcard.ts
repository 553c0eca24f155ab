/** Patterns of policies: `*` stands for any run of characters, `?` for one. */

const ASTERISK = 0x2a;
const QUESTION = 0x3f;

/** Stand in patterns for the two characters themselves; no pattern may hold them for another reason. */
export const LITERAL_ASTERISK = '\ue000';
export const LITERAL_QUESTION = '\ue001';
export const LITERAL_MARKS = /[\ue000\ue001]/;
const ASTERISK_MARK = 0xe000;
const QUESTION_MARK = 0xe001;

/**
 * Whether the whole text fits the pattern. On a mismatch only the last `*` takes one character more, so the work is bounded by
 * pattern length times text length.
 */
export const matchesWildcard = (pattern: string, text: string): boolean => {
  let atPattern = 0;
  let atText = 0;
  let lastStar = -1;
  let resumeAt = 0;
  while (atText < text.length) {
    let code = atPattern < pattern.length ? pattern.charCodeAt(atPattern) : -1;
    if (code === ASTERISK) {
      lastStar = atPattern;
      resumeAt = atText;
      atPattern += 1;
      continue;
    }
    const isOne = code === QUESTION;
    if (code === ASTERISK_MARK) code = ASTERISK;
    else if (code === QUESTION_MARK) code = QUESTION;
    if (isOne || code === text.charCodeAt(atText)) {
      atPattern += 1;
      atText += 1;
    } else if (lastStar >= 0) {
      atPattern = lastStar + 1;
      resumeAt += 1;
      atText = resumeAt;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(atPattern) === ASTERISK) atPattern += 1;
  return atPattern === pattern.length;
};

export const hasWildcard = (text: string): boolean => text.includes('*') || text.includes('?');

/** A pattern sorted once by what it takes to match it. */
export type TextPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'exact' | 'prefix' | 'glob'; readonly text: string };

export const compilePattern = (pattern: string): TextPattern => {
  if (/^\*+$/.test(pattern)) return { kind: 'any' };
  if (!hasWildcard(pattern)) return { kind: 'exact', text: pattern };
  const body = pattern.slice(0, -1);
  return pattern.endsWith('*') && !hasWildcard(body) ? { kind: 'prefix', text: body } : { kind: 'glob', text: pattern };
};

export const matchesPatternOf = (pattern: TextPattern, text: string): boolean => {
  switch (pattern.kind) {
    case 'any':
      return true;
    case 'exact':
      return pattern.text === text;
    case 'prefix':
      return text.startsWith(pattern.text);
    case 'glob':
      return matchesWildcard(pattern.text, text);
  }
};
