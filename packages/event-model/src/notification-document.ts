/**
 * The XML of `?notification` as a plain object: element names are keys, a repeated element is an array, text is a string, an
 * empty element is '' or {}. Keys that start with `@` (attributes) or `#` (text beside elements) are ignored.
 */
export interface NotificationDocument {
  readonly [element: string]: DocumentNode | readonly DocumentNode[] | undefined;
}

export type DocumentNode = string | NotificationDocument;

/** All elements of one name, in order; none when absent. */
export function childrenOf(parent: NotificationDocument, element: string): readonly DocumentNode[] {
  if (!Object.hasOwn(parent, element)) return [];
  const child = parent[element];
  if (child === undefined) return [];
  return isList(child) ? child : [child];
}

/** Names of the elements inside, without attributes. */
export function elementNamesOf(parent: NotificationDocument): readonly string[] {
  return Object.keys(parent).filter((name) => !name.startsWith('@') && !name.startsWith('#'));
}

function isList(child: DocumentNode | readonly DocumentNode[]): child is readonly DocumentNode[] {
  return Array.isArray(child);
}
