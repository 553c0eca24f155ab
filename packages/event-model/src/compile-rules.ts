/** Rules made fast: event name → candidates, each a prefix and a suffix. Every character of both is literal. */
import { type EventName, expandEventPattern } from './event-names.ts';
import type { NotificationConfiguration } from './notification-configuration.ts';

/** One bucket's rules by event name. */
export type CompiledRules = ReadonlyMap<string, readonly CompiledRule[]>;

interface CompiledRule {
  readonly targetId: string;
  readonly configurationId: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface RuleMatch {
  readonly targetId: string;
  /** Id of the first rule that sends this event to the target. */
  readonly configurationId: string;
}

const NO_MATCH: readonly RuleMatch[] = [];

/** Wildcards are expanded here, so that a match is one map lookup. Rules keep their order. */
export function compileRules(configuration: NotificationConfiguration): CompiledRules {
  const byEvent = new Map<string, CompiledRule[]>();
  for (const rule of configuration.rules) {
    const compiled = {
      targetId: rule.targetId,
      configurationId: rule.id,
      prefix: dropTrailingStar(rule.prefix ?? ''),
      suffix: dropLeadingStar(rule.suffix ?? ''),
    };
    for (const eventName of namesOf(rule.events)) {
      const rules = byEvent.get(eventName);
      if (rules === undefined) byEvent.set(eventName, [compiled]);
      else rules.push(compiled);
    }
  }
  return byEvent;
}

/**
 * At most one match a target, that of its first rule.
 * @param key as the client named it. Prefix and suffix are tested each on its own: they may overlap in a short key.
 */
export function matchRules(rules: CompiledRules, eventName: string, key: string): readonly RuleMatch[] {
  const candidates = rules.get(eventName);
  if (candidates === undefined) return NO_MATCH;
  const matches: RuleMatch[] = [];
  for (const rule of candidates) {
    if (!key.startsWith(rule.prefix) || !key.endsWith(rule.suffix)) continue;
    if (matches.some((match) => match.targetId === rule.targetId)) continue;
    matches.push(rule);
  }
  return matches;
}

function namesOf(events: readonly string[]): ReadonlySet<EventName> {
  return new Set(events.flatMap((event) => expandEventPattern(event) ?? []));
}

// Rules carried over from stores that match by glob often end a prefix, or start a suffix, with one star.
function dropTrailingStar(prefix: string): string {
  return prefix.endsWith('*') ? prefix.slice(0, -1) : prefix;
}

function dropLeadingStar(suffix: string): string {
  return suffix.startsWith('*') ? suffix.slice(1) : suffix;
}
