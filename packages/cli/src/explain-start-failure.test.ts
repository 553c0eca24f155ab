import { explainStartFailure } from './explain-start-failure.ts';

const values = {
  ip: '10.9.9.9',
  's3.port': 9000,
  'catalog.port': 9400,
  'catalog.port.grpc': undefined,
  'select.port': 19_400,
  'select.port.grpc': 7,
};
const explain = (code: string, port: number, address = '127.0.0.1') => {
  const error = explainStartFailure(Object.assign(new Error('listen'), { code, address, port }), values);
  return error instanceof Error ? error.message : error;
};

test.each([
  ['EADDRINUSE', 9000, 'port 9000 of 127.0.0.1 is taken by another process; -s3.port chooses another one'],
  ['EADDRINUSE', 7, 'port 7 of 127.0.0.1 is taken by another process; -select.port.grpc chooses another one'],
  ['EADDRINUSE', 1, 'port 1 of 127.0.0.1 is taken by another process'],
  ['EADDRINUSE', 19_400, '-catalog.port.grpc and -select.port both name port 19400 of 127.0.0.1'],
  ['EACCES', 9000, 'this user may not listen on port 9000 of 127.0.0.1; -s3.port chooses another one'],
])('%s of port %i', (code, port, message) => {
  expect(explain(code, port)).toBe(message);
});

test('an address that is not of this machine is told with its flag', () => {
  expect(explain('EADDRNOTAVAIL', 9000, '10.9.9.9')).toBe('10.9.9.9 (-ip) is no address of this machine');
  expect(explain('ENOTFOUND', 9000, 'nowhere')).toBe('nowhere is no address of this machine');
});

test('anything else stays as it is', () => {
  for (const error of [new Error('x'), Object.assign(new Error('x'), { code: 'EIO', address: 'a', port: 1 }), 'x'])
    expect(explainStartFailure(error, values)).toBe(error);
});
