import type { TargetRequest, TestTargetResponseInit } from '@needlestack/rpc/wire/needlestack-notify';
import { buildTestEntry } from '../core/test-entry.ts';
import type { NotifyContext } from './notify-context.ts';

export async function testTarget(
  { registry, clock, origin }: NotifyContext,
  request: TargetRequest,
  signal: AbortSignal,
): Promise<TestTargetResponseInit> {
  const runner = registry.runner(request.target_id);
  // No row of the log stands behind it; the time makes each test event its own.
  const atMs = clock.nowMs();
  const entry = buildTestEntry({ bucket: '', seq: BigInt(atMs), atMs, requestId: '' }, origin);
  const outcome = await runner.testSend(entry, signal);
  if (outcome.kind === 'delivered') return { delivered: true, outcome: '', reason: '', detail: '' };
  return { delivered: false, outcome: outcome.kind, reason: outcome.reason, detail: outcome.detail };
}
