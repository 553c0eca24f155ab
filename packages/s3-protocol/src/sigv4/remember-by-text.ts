const MAX_TEXT_LENGTH = 512;

/**
 * Remembers what was computed from a text. Requests of one client repeat their credential, their list of signed headers and their
 * date for a while; parsing these again would cost more than the signature. When full, everything is forgotten at once: an attacker
 * who fills it costs the others one parse each. Long texts and
 * computations that throw are not remembered.
 */
export const rememberByText = <Value>(
  maxEntries: number,
  compute: (text: string) => Value,
): ((text: string) => Value) => {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const value = compute(text);
    if (text.length <= MAX_TEXT_LENGTH) {
      if (known.size >= maxEntries) known.clear();
      known.set(text, value);
    }
    return value;
  };
};
