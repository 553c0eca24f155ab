/** Brings the rules' history back at start, so that the log can be followed from where it was left. */
import { RuleTimeline } from '@needlestack/event-model';
import { applyRuleRow } from './apply-rule-row.ts';
import type { OutboxPort, RuleLog, RuleRow } from './ports.ts';

const BUCKETS_PER_PAGE = 1_000;

/**
 * @param lowestCursor lowest place in the log that anybody still has to read; undefined when nobody has read it yet.
 *
 * When the rule log was lost although the log had been followed before (a new disk), the rules that buckets have now are taken as
 * those since the beginning: rows that change them later in the log still count from their own seq.
 */
export async function loadRules(
  ruleLog: RuleLog,
  outbox: OutboxPort,
  lowestCursor: bigint | undefined,
): Promise<RuleTimeline> {
  const timeline = new RuleTimeline();
  const { rows, isNew } = await ruleLog.load();
  const needed =
    isNew && lowestCursor !== undefined ? await readPresentRules(outbox) : dropPastRules(rows, lowestCursor);
  if (isNew || needed.length < rows.length) await ruleLog.replace(needed);
  for (const row of needed) applyRuleRow(timeline, row);
  return timeline;
}

/** Of each bucket: the rows from the cursor on, and the last one before it. */
function dropPastRules(rows: readonly RuleRow[], lowestCursor: bigint | undefined): readonly RuleRow[] {
  if (lowestCursor === undefined) return rows;
  const ordered = rows.toSorted((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : 0));
  const inForce = new Map<string, RuleRow>();
  for (const row of ordered) if (row.seq < lowestCursor) inForce.set(row.bucket, row);
  return ordered.filter((row, index) => {
    if (row.seq < lowestCursor) return inForce.get(row.bucket) === row && row.configuration !== undefined;
    const next = ordered[index + 1];
    return next?.seq !== row.seq || next.bucket !== row.bucket;
  });
}

async function readPresentRules(outbox: OutboxPort): Promise<readonly RuleRow[]> {
  const rows: RuleRow[] = [];
  let startAfter = '';
  for (;;) {
    const page = await outbox.listBuckets({ prefix: '', startAfter, maxBuckets: BUCKETS_PER_PAGE });
    for (const bucket of page.buckets) {
      startAfter = bucket.name;
      if (!bucket.hasEventRules) continue;
      const configuration = await outbox.getBucketConfig(bucket.name, 'notification');
      if (configuration !== undefined) rows.push({ seq: 0n, bucket: bucket.name, configuration });
    }
    if (!page.isTruncated) return rows;
  }
}
