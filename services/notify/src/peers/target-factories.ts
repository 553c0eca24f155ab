/** The types of targets that can be built. A new type adds its folder and one row here. */
import type { TargetType } from '../core/target-settings.ts';
import type { TargetFactory } from './target-factory.ts';
import { webhookFactory } from './webhook/webhook-factory.ts';

const FACTORIES: ReadonlyMap<TargetType, TargetFactory> = new Map([['webhook', webhookFactory]]);

/** Undefined for a type that has no adapter yet. */
export function findTargetFactory(type: TargetType): TargetFactory | undefined {
  return FACTORIES.get(type);
}

/** Keys of each type, as the reader of the environment needs them. */
export function targetKeysByType(): ReadonlyMap<TargetType, readonly string[]> {
  return new Map([...FACTORIES].map(([type, { keys }]) => [type, keys]));
}
