import { Client, credentials } from '@grpc/grpc-js';
import type { ServiceName } from '@needlestack/test-servers';
import { storeUnderTest } from './support/store-under-test.ts';

const GRPC_OFFSET = 10_000;
/** `HealthCheckResponse { status: SERVING }` */
const SERVING = Buffer.from([0x08, 0x01]);
/** `ServerReflectionRequest { list_services: "" }` */
const LIST_SERVICES = Buffer.from([0x3a, 0x00]);
const EMPTY = Buffer.alloc(0);
const DEADLINE_MS = 60_000;

const store = storeUnderTest();
const asIs = (bytes: Buffer): Buffer => bytes;

async function withClient<T>(service: ServiceName, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(`127.0.0.1:${store.process.ports[service] + GRPC_OFFSET}`, credentials.createInsecure());
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

function callUnary(client: Client, method: string): Promise<Buffer> {
  const options = { deadline: Date.now() + DEADLINE_MS };
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(method, asIs, asIs, EMPTY, options, (error, answer) =>
      error === null ? resolve(answer ?? EMPTY) : reject(error),
    );
  });
}

function callReflection(client: Client, version: string): Promise<string> {
  const method = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const call = client.makeBidiStreamRequest(method, asIs, asIs, { deadline: Date.now() + DEADLINE_MS });
  return new Promise((resolve, reject) => {
    call.on('data', (answer: Buffer) => {
      resolve(answer.toString('latin1'));
      call.end();
    });
    call.on('error', reject);
    call.write(LIST_SERVICES);
  });
}

describe.each<[ServiceName, string]>([
  ['master', 'master_pb.Seaweed'],
  ['volume', 'volume_server_pb.VolumeServer'],
  ['catalog', 'needlestack'],
  ['notify', 'needlestack'],
  ['select', 'needlestack'],
])('the gRPC port of %s', (service, expected) => {
  test('answers the standard health check', () =>
    withClient(service, async (client) => {
      expect(await callUnary(client, '/grpc.health.v1.Health/Check')).toEqual(SERVING);
    }));

  test.each(['v1', 'v1alpha'])('lists its services by reflection %s', (version) =>
    withClient(service, async (client) => {
      const listed = await callReflection(client, version);
      expect(listed).toContain(expected);
      expect(listed).toContain('grpc.health.v1.Health');
    }),
  );
});
