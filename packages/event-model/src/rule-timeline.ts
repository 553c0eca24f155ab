/**
 * Rules in force at each place of the change log. An event is matched by the rules that stood when it was committed, however
 * late a target reads it.
 *
 * - Versions of a bucket are ordered by seq; a version at seq S holds for events with a greater seq.
 * - Applying the same version again changes nothing, so the log may be read again from any place.
 */
import { type CompiledRules, compileRules, matchRules, type RuleMatch } from './compile-rules.ts';
import type { NotificationConfiguration } from './notification-configuration.ts';

interface RuleVersion {
  readonly seq: bigint;
  readonly rules: CompiledRules;
}

const NO_RULES: CompiledRules = new Map();

export class RuleTimeline {
  readonly #versions = new Map<string, RuleVersion[]>();

  /**
   * The bucket's rules became these at `seq`; undefined: it has none any more.
   * Returns false when this version was known already.
   */
  apply(seq: bigint, bucket: string, configuration: NotificationConfiguration | undefined): boolean {
    const versions = this.#versions.get(bucket) ?? [];
    const index = versions.findLastIndex((version) => version.seq <= seq);
    if (versions[index]?.seq === seq) return false;
    const rules = configuration === undefined ? NO_RULES : compileRules(configuration);
    versions.splice(index + 1, 0, { seq, rules });
    this.#versions.set(bucket, versions);
    return true;
  }

  /** The matches of an event that was committed at `seq`. */
  match(seq: bigint, bucket: string, eventName: string, key: string): readonly RuleMatch[] {
    const rules = this.#versions.get(bucket)?.findLast((version) => version.seq < seq)?.rules ?? NO_RULES;
    return matchRules(rules, eventName, key);
  }

  /** Whether the rules in force for an event at `seq` name the target. */
  names(seq: bigint, bucket: string, targetId: string): boolean {
    const rules = this.#versions.get(bucket)?.findLast((version) => version.seq < seq)?.rules ?? NO_RULES;
    return [...rules.values()].some((candidates) => candidates.some((rule) => rule.targetId === targetId));
  }

  /** Whether the present rules of any bucket name the target. */
  isNamed(targetId: string): boolean {
    return [...this.#versions.values()].some((versions) =>
      [...(versions.at(-1)?.rules.values() ?? [])].some((rules) => rules.some((rule) => rule.targetId === targetId)),
    );
  }

  /** Forgets versions that no event at or above `seq` can need. */
  forgetBelow(seq: bigint): void {
    for (const [bucket, versions] of this.#versions) {
      const inForce = versions.findLastIndex((version) => version.seq < seq);
      if (inForce > 0) versions.splice(0, inForce);
      const [only] = versions;
      if (versions.length === 1 && only !== undefined && only.seq < seq && only.rules.size === 0) {
        this.#versions.delete(bucket);
      }
    }
  }
}
