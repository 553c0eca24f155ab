import { FlagError, readFlags } from '@needlestack/service-kit';
import { masterFlags, readMasterOptions } from './config.ts';

const optionsOf = (...argv: string[]) => {
  const outcome = readFlags(masterFlags, { name: 'needlestack master', summary: '' }, { argv, env: {} });
  if (outcome.kind === 'help') throw new Error('help was not asked for');
  return readMasterOptions(outcome.values);
};

test.each([
  [
    'a certificate that is not there',
    ['-grpc.cert=/nowhere/a.pem', '-grpc.key=/nowhere/a.key'],
    /^flag -grpc\.cert: .*ENOENT/,
  ],
  ['a certificate without its key', ['-grpc.cert=a.pem'], '-grpc.cert and -grpc.key belong together'],
  ['an authority without a certificate', ['-grpc.ca=a.pem'], '-grpc.ca needs -grpc.cert and -grpc.key'],
])('%s is a fault of the command line', (_what, argv, message) => {
  expect(() => optionsOf(...argv)).toThrow(FlagError);
  expect(() => optionsOf(...argv)).toThrow(message);
});

test('the gRPC port follows the HTTP port unless it is said', () => {
  expect(optionsOf('-port=1234').grpcPort).toBe(11_234);
  expect(optionsOf('-port=0').grpcPort).toBe(0);
  expect(optionsOf('-port=1234', '-port.grpc=5').grpcPort).toBe(5);
});
