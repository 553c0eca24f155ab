/** Whether the text fits the pattern, where `*` stands for any run of characters. Linear in the text, without backtracking over it twice. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const pieces = pattern.split('*');
  const [first = ''] = pieces;
  if (pieces.length === 1) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = pieces[pieces.length - 1] ?? '';
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
};
