import type { ListTargetsResponseInit } from '@needlestack/rpc/wire/needlestack-notify';
import type { NotifyContext } from './notify-context.ts';
import { toTargetMessage } from './proto-mapping.ts';

export function listTargets({ registry }: NotifyContext): ListTargetsResponseInit {
  return { targets: registry.list().map(toTargetMessage) };
}
