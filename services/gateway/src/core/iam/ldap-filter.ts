/** Filters of searches (RFC 4515) with what a caller says put in, as nothing but a value. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const SPECIAL = /[\\*()\0-\x1f\x7f]/g;

/** Letters beyond ASCII stand as they are: filters are UTF-8. */
export const escapeFilterValue = (value: string): string =>
  value.replace(SPECIAL, (letter) => `\\${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** `%s` is the name that somebody logs in with, `%d` the DN of the user that has it. */
export const fillFilter = (
  filter: string,
  values: { readonly username: string; readonly dn?: string | undefined },
): string =>
  filter.replace(/%[sd]/g, (place) => escapeFilterValue(place === '%s' ? values.username : (values.dn ?? '')));
