/** SeaweedFS's operands: `=`, `!=`, `<`, `<=`, `>`, `>=`, and for texts `%` (like, with `*` and `?`) and `!%`. */

/** Texts are in the order of their bytes. */
export function compareText(text: string, operand: string, wanted: string): boolean {
  switch (operand) {
    case '%':
      return isLike(text, wanted);
    case '!%':
      return !isLike(text, wanted);
    default:
      return compareNumber(Buffer.compare(Buffer.from(text), Buffer.from(wanted)), operand, 0);
  }
}

/** A word that is neither `true` nor `false` is unequal to both, and neither before nor behind them. */
export function compareFlag(flag: boolean, operand: string, wanted: string): boolean {
  switch (operand) {
    case '=':
      return wanted === String(flag);
    case '!=':
      return wanted !== String(flag);
    case '>':
      return flag && wanted === 'false';
    case '<':
      return !flag && wanted === 'true';
    case '>=':
      return flag;
    case '<=':
      return !flag;
    default:
      return false;
  }
}

export function compareNumber(left: number, operand: string, right: number): boolean {
  switch (operand) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return false;
  }
}

/** `*` stands for any characters, `?` for one; greedy with one place to go back to, so no pattern takes long. */
function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let patternAt = 0;
  let starAt = -1;
  let retryAt = 0;
  while (at < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === '*') {
      starAt = patternAt;
      retryAt = at;
      patternAt += 1;
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[at])) {
      at += 1;
      patternAt += 1;
    } else if (starAt >= 0) {
      retryAt += 1;
      at = retryAt;
      patternAt = starAt + 1;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === '*') patternAt += 1;
  return patternAt === pattern.length;
}
