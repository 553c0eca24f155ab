import { type Permissions, type ScopedAction, STATIC_ACTIONS, type StaticAction } from './principal.ts';

const isStaticAction = (text: string): text is StaticAction => (STATIC_ACTIONS as readonly string[]).includes(text);

/** Thrown for an action that no one knows: a misspelt grant must not pass in silence. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
}

/**
 * Reads actions such as `Admin`, `Read:bucket`, `Write:bucket/prefix*`. `*` alone means Admin.
 *
 * @throws ActionError
 */
export const parseActions = (actions: readonly string[]): Permissions => {
  const everywhere = new Set<StaticAction>();
  const scoped: ScopedAction[] = [];
  for (const text of actions) {
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const action = name === '*' ? 'Admin' : name;
    if (!isStaticAction(action)) {
      throw new ActionError(
        `unknown action "${text}"; expected one of ${STATIC_ACTIONS.join(', ')}, optionally with :bucket/prefix`,
      );
    }
    const resource = colon < 0 ? '*' : text.slice(colon + 1);
    if (resource === '*' || resource === '') everywhere.add(action);
    else scoped.push(scopeAction(action, resource));
  }
  return { everywhere, scoped };
};

const scopeAction = (action: StaticAction, resource: string): ScopedAction => {
  const slash = resource.indexOf('/');
  if (slash < 0) return { action, bucketPattern: resource, keyPattern: undefined };
  const key = resource.slice(slash + 1);
  // `bucket/` and `bucket/*` are all keys; `bucket/prefix` is meant as that prefix.
  const keyPattern = key === '' || key === '*' ? '*' : key.endsWith('*') ? key : `${key}*`;
  return { action, bucketPattern: resource.slice(0, slash), keyPattern };
};
