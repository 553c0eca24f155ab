/** Which events of a bucket go to which targets, after validation. Compiled rules and the stored form are made from it. */

export interface NotificationConfiguration {
  readonly rules: readonly NotificationRule[];
}

export interface NotificationRule {
  /** Unique in the configuration; given by the client or made. */
  readonly id: string;
  /** As given, so that GET echoes it. */
  readonly arn: string;
  /** `1:webhook` */
  readonly targetId: string;
  /** As given, with `s3:`, wildcards not expanded. */
  readonly events: readonly string[];
  /** As given; undefined when the filter does not name it. */
  readonly prefix?: string;
  readonly suffix?: string;
}
