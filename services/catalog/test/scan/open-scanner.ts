/** A client that opens a scanner, says so, and waits to be killed: `open-scanner.ts <gRPC port> <bucket>`. */
import { createGrpcScanPort, createKvBatchScanner } from '@needlestack/kv-scan';

const [grpcPort = '', bucketId = ''] = process.argv.slice(2);
const port = createGrpcScanPort({ address: `127.0.0.1:${grpcPort}` });
const scanner = createKvBatchScanner({
  port,
  table: 'objects',
  bucketId: Number(bucketId),
  scannerKvFetchMaxBytes: 500,
  keepAliveMs: 600_000,
});
await scanner.nextBatch();
process.send?.('open');
setInterval(() => undefined, 60_000);
