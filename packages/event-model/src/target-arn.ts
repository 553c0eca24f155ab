/**
 * Target ARNs: `arn:needlestack:sqs:<region>:<id>:<type>`, exactly six parts. Partitions of two other stores are read too, so
 * that a bucket's rules can move here unchanged.
 */
import { ARN_CHARS_MAX } from './limits.ts';

const PARTITION = 'needlestack';
const PARTITIONS: ReadonlySet<string> = new Set([PARTITION, 'rustfs', 'minio']);
const PART = /^[A-Za-z0-9._-]+$/;

export interface TargetArn {
  /** Empty means the region of this store. */
  readonly region: string;
  /** Instance id, lower case. */
  readonly id: string;
  /** Such as `webhook`, lower case. */
  readonly type: string;
}

/** Undefined when the text is not an ARN of a notification target. */
export function parseTargetArn(text: string): TargetArn | undefined {
  if (text.length > ARN_CHARS_MAX) return undefined;
  const [arn, partition, service, region, id, type, ...rest] = text.split(':');
  if (arn !== 'arn' || service !== 'sqs' || rest.length > 0) return undefined;
  if (partition === undefined || !PARTITIONS.has(partition)) return undefined;
  if (region === undefined || (region !== '' && !PART.test(region))) return undefined;
  if (id === undefined || !PART.test(id) || type === undefined || !PART.test(type)) return undefined;
  return { region, id: id.toLowerCase(), type: type.toLowerCase() };
}

export function formatTargetArn(arn: TargetArn): string {
  return `arn:${PARTITION}:sqs:${arn.region}:${arn.id}:${arn.type}`;
}

/** `1:webhook`: how a target is named inside one store, whatever the region. */
export function targetIdOf(arn: Pick<TargetArn, 'id' | 'type'>): string {
  return `${arn.id}:${arn.type}`;
}
