/** The message that a target receives when rules naming it are stored and its `test_event` is on. */

export interface TestEvent {
  readonly Service: string;
  readonly Event: 's3:TestEvent';
  readonly Time: string;
  readonly Bucket: string;
  readonly RequestId: string;
  readonly HostId: string;
}

export function buildTestEvent(facts: {
  readonly atMs: number;
  readonly bucket: string;
  readonly requestId: string;
  readonly hostId: string;
}): TestEvent {
  return {
    Service: 'Needlestack',
    Event: 's3:TestEvent',
    Time: new Date(facts.atMs).toISOString(),
    Bucket: facts.bucket,
    RequestId: facts.requestId,
    HostId: facts.hostId,
  };
}
