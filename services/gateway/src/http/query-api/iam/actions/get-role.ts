import { iamAction, requireTarget } from '../iam-action.ts';
import { showRole } from '../show-entity.ts';

export const getRole = iamAction('GetRole', { on: 'role' }, async (call) => ({
  Role: showRole(requireTarget(call, 'role')),
}));
