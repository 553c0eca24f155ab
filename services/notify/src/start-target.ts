/** Brings one configured instance to work, or says why it cannot. A target that cannot start never keeps the others from it. */
import { formatTargetArn, type RecordOrigin, type RuleTimeline, targetIdOf } from '@needlestack/event-model';
import type { FailureReason } from './core/delivery-outcome.ts';
import { NotifyError } from './core/notify-error.ts';
import type { OutboxFeed } from './core/outbox-feed.ts';
import type { DeliveryEvents, OutboxPort, TargetList } from './core/ports.ts';
import type { SendPermits } from './core/send-permits.ts';
import { SettingError, SettingReader } from './core/setting-reader.ts';
import { systemCodeOf } from './core/system-code.ts';
import { TargetDelivery } from './core/target-delivery.ts';
import { TargetGate } from './core/target-gate.ts';
import { cursorNameOf, TargetPump } from './core/target-pump.ts';
import type { RegisteredTarget } from './core/target-registry.ts';
import { TargetRunner } from './core/target-runner.ts';
import { COMMON_KEYS, type CommonSettings, parseCommonSettings, type TargetInstance } from './core/target-settings.ts';
import { openTargetStores } from './open-target-stores.ts';
import { findTargetFactory } from './peers/target-factories.ts';
import type { BuiltTarget } from './peers/target-factory.ts';
import { systemClock } from './system-clock.ts';
import type { QueueSite } from './target-stores.ts';

export interface TargetSite extends QueueSite {
  readonly outbox: OutboxPort;
  readonly feed: OutboxFeed;
  readonly timeline: RuleTimeline;
  readonly origin: RecordOrigin;
  readonly permits: SendPermits;
  readonly events: DeliveryEvents;
  /** Targets that an operator paused. */
  readonly pauseList: TargetList;
  /** Where a target without a cursor of its own begins. */
  readonly firstSeq: bigint;
}

export async function startTarget(instance: TargetInstance, site: TargetSite): Promise<RegisteredTarget> {
  const targetId = targetIdOf(instance);
  const arn = formatTargetArn({ region: site.origin.region, id: instance.id, type: instance.type });
  try {
    const factory = findTargetFactory(instance.type);
    if (factory === undefined) {
      const detail = `targets of type ${instance.type} are not supported by this version`;
      return { targetId, arn, idle: { state: 'error', reason: 'unsupported_type', detail } };
    }
    const reader = new SettingReader(instance.values, [...COMMON_KEYS, ...factory.keys]);
    const common = parseCommonSettings(reader);
    if (!common.isEnabled) return { targetId, arn, idle: { state: 'disabled' } };
    const built = await factory.create(reader, systemClock);
    return { targetId, arn, runner: await runTarget(instance, common, built, site) };
  } catch (error) {
    site.events.stepFailed(targetId, 'start', error);
    return { targetId, arn, idle: { state: 'error', ...describeStartFailure(error) } };
  }
}

async function runTarget(
  instance: TargetInstance,
  common: CommonSettings,
  { target, retry }: BuiltTarget,
  site: TargetSite,
): Promise<TargetRunner> {
  const { outbox, feed, timeline, origin, permits, events } = site;
  const targetId = targetIdOf(instance);
  const stores = await openTargetStores(instance, common, site);
  const startSeq = (await outbox.getOutboxCursor(cursorNameOf(targetId))) ?? site.firstSeq;
  // Known to the catalog from now on, so that rows above it stay.
  await outbox.advanceOutboxCursor(cursorNameOf(targetId), startSeq);
  const gate = new TargetGate();
  if ((await site.pauseList.load()).has(targetId)) gate.pause({ reason: 'paused_by_operator', detail: '' });
  const delivery = new TargetDelivery({
    ...stores,
    targetId,
    target,
    gate,
    permits,
    retry,
    events,
    clock: systemClock,
    random: Math.random,
  });
  const pump = new TargetPump(
    {
      targetId,
      feed,
      timeline,
      outbox,
      queue: stores.queue,
      form: { payload: common.payload, origin },
      sendsTestEvent: common.sendsTestEvent,
      clock: systemClock,
      events,
    },
    startSeq,
  );
  return new TargetRunner({ ...stores, targetId, target, gate, pump, delivery, events });
}

function describeStartFailure(error: unknown): { readonly reason: FailureReason; readonly detail: string } {
  if (error instanceof SettingError) return { reason: 'configuration_invalid', detail: error.message };
  if (error instanceof NotifyError) return { reason: 'queue_failed', detail: error.message };
  const code = systemCodeOf(error) || 'see the log';
  return { reason: 'queue_failed', detail: `its queue cannot be opened (${code})` };
}
