/** What the gateway needs of notify: which targets a bucket's rules may name. Delivery itself follows the catalog's outbox. */

export interface NotifyTarget {
  /** `1:webhook`: instance id and type. */
  readonly targetId: string;
  /** `arn:needlestack:sqs:<region>:<id>:<type>` */
  readonly arn: string;
  readonly state: 'online' | 'offline' | 'error' | 'paused' | 'disabled';
  /** Fixed word for why it is not online. */
  readonly reason?: string;
}

export interface NotifyPort {
  listTargets(): Promise<readonly NotifyTarget[]>;
}
