import { NAME_RULE, PATH_RULE } from '../../form-parameters.ts';
import type { QueryAction } from '../../query-call.ts';
import { iamAction, NAME_PARAMETER } from '../iam-action.ts';

const renaming = (name: string, kind: 'user' | 'group'): QueryAction =>
  iamAction(name, { on: kind }, async (call) => {
    const { parameters } = call;
    const newName = parameters.optional(`New${NAME_PARAMETER[kind]}`, NAME_RULE);
    const newPath = parameters.optional('NewPath', PATH_RULE);
    await call.change({
      change: 'rename',
      kind,
      name: parameters.required(NAME_PARAMETER[kind]),
      ...(newName === undefined ? undefined : { newName }),
      ...(newPath === undefined ? undefined : { newPath }),
    });
    return undefined;
  });

export const updateUser = renaming('UpdateUser', 'user');
export const updateGroup = renaming('UpdateGroup', 'group');
