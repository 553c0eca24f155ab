import { bindService, type GrpcServer, loadProtos, startGrpcServer } from '@needlestack/rpc';
import type { KvScan } from '@needlestack/rpc/wire/needlestack-kv-scan';
import { createGrpcScanPort } from '../src/index.ts';

const RECORDS_BYTES = 1 << 20;

let server: GrpcServer;

beforeAll(async () => {
  const answer = () => ({
    records: Buffer.alloc(RECORDS_BYTES, 'row'),
    scanner_id: Buffer.from('scanner'),
    resume_token: Buffer.from('token'),
    has_more_results: true,
  });
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    protos: loadProtos(['kv_scan.proto']),
    services: [bindService<KvScan>('needlestack_kv_scan.KvScan', { ScanKv: async () => answer() })],
  });
});

afterAll(() => server.close());

test('what outlives a batch does not hold on to it', async () => {
  const port = createGrpcScanPort({ address: `127.0.0.1:${server.port}` });
  const { records, scannerId, resumeToken } = await port.scanKv({ closeScanner: false, keepAlive: false });
  expect(records).toHaveLength(RECORDS_BYTES);
  expect(String(scannerId)).toBe('scanner');
  expect(String(resumeToken)).toBe('token');
  for (const bytes of [scannerId, resumeToken]) expect(bytes?.buffer.byteLength).toBeLessThan(RECORDS_BYTES);
  port.close();
});
