import { ActionError, NO_PERMISSIONS, type Permissions, parseActions } from '@needlestack/access-control';

/** Actions that another version of the catalog took and this gateway cannot read as they were meant grant nothing at all. */
export const readStaticPermissions = (actions: readonly string[]): Permissions => {
  try {
    return parseActions(actions);
  } catch (error) {
    if (error instanceof ActionError) return NO_PERMISSIONS;
    throw error;
  }
};
