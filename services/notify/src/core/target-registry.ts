/** All configured targets, those at work and those that cannot be. */
import type { NotifyTarget } from '@needlestack/service-contracts';
import type { FailureReason } from './delivery-outcome.ts';
import { NotifyError } from './notify-error.ts';
import type { TargetList } from './ports.ts';
import type { TargetRunner } from './target-runner.ts';

/** A target as it is configured. Without a runner it is switched off or its settings are wrong; its events wait in the outbox. */
export interface RegisteredTarget {
  readonly targetId: string;
  readonly arn: string;
  readonly runner?: TargetRunner;
  readonly idle?: { readonly state: 'disabled' | 'error'; readonly reason?: FailureReason; readonly detail?: string };
}

/** A target over its restarts. */
export interface TargetSlot {
  current(): RegisteredTarget;
  /** Lets sends under way finish until the deadline aborts. */
  close(deadline: AbortSignal): Promise<void>;
}

export interface TargetStatus extends NotifyTarget {
  readonly detail: string;
  readonly queueDepth: number;
  readonly oldestQueuedAtMs?: number;
  readonly deadLetterCount: number;
  /** Next outbox row it will read; undefined for a target that does not run. */
  readonly cursor?: bigint;
}

export class TargetRegistry {
  readonly #targets: ReadonlyMap<string, TargetSlot>;
  readonly #pauseList: TargetList;

  constructor(targets: readonly TargetSlot[], pauseList: TargetList) {
    this.#targets = new Map(targets.map((target) => [target.current().targetId, target]));
    this.#pauseList = pauseList;
  }

  list(): readonly TargetStatus[] {
    return [...this.#targets.values()].map((slot) => describeTarget(slot.current()));
  }

  /** Throws NotifyError `unknown-target`. */
  status(targetId: string): TargetStatus {
    return describeTarget(this.#require(targetId));
  }

  /** Throws NotifyError `unknown-target`, or `unavailable` for a target that is switched off or misconfigured. */
  runner(targetId: string): TargetRunner {
    const { runner, idle } = this.#require(targetId);
    if (runner !== undefined) return runner;
    throw new NotifyError(
      'unavailable',
      `${targetId} does not run: ${idle?.state ?? 'stopped'} ${idle?.detail ?? ''}`.trim(),
    );
  }

  runners(): readonly TargetRunner[] {
    return [...this.#targets.values()].flatMap((slot) => slot.current().runner ?? []);
  }

  /** Takes effect at once and stays over a restart. Throws like `runner`. */
  async pause(targetId: string): Promise<void> {
    const runner = this.runner(targetId);
    await this.#pauseList.save(new Set([...(await this.#pauseList.load()), targetId]));
    runner.pause();
  }

  /** Ends a pause, whoever made it. Throws like `runner`. */
  async resume(targetId: string): Promise<void> {
    const runner = this.runner(targetId);
    const paused = new Set(await this.#pauseList.load());
    if (paused.delete(targetId)) await this.#pauseList.save(paused);
    runner.resume();
  }

  async close(deadline: AbortSignal): Promise<void> {
    await Promise.all([...this.#targets.values()].map((slot) => slot.close(deadline)));
  }

  #require(targetId: string): RegisteredTarget {
    const target = this.#targets.get(targetId);
    if (target === undefined) throw new NotifyError('unknown-target', `there is no target ${targetId}`);
    return target.current();
  }
}

function describeTarget({ targetId, arn, runner, idle }: RegisteredTarget): TargetStatus {
  if (runner === undefined) {
    return {
      targetId,
      arn,
      state: idle?.state ?? 'disabled',
      ...(idle?.reason !== undefined && { reason: idle.reason }),
      detail: idle?.detail ?? '',
      queueDepth: 0,
      deadLetterCount: 0,
    };
  }
  const condition = runner.condition();
  const oldestQueuedAtMs = runner.oldestQueuedAtMs();
  return {
    targetId,
    arn,
    state: condition.state,
    ...(condition.reason !== undefined && { reason: condition.reason }),
    detail: condition.detail ?? '',
    queueDepth: runner.queueDepth(),
    ...(oldestQueuedAtMs !== undefined && { oldestQueuedAtMs }),
    deadLetterCount: runner.deadLetterCount(),
    cursor: runner.cursor,
  };
}
